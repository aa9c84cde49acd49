//! "Did you mean": the known word that a misspelt one is nearest to.

/// The word of `known` nearest to `word`, if it is near enough to be meant.
pub(crate) fn closest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    known
        .map(|candidate| (distance(word, candidate), candidate))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, candidate)| *distance * 2 <= candidate.chars().count())
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions and replacements that turn one word into the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    // `row[j]` is the distance between the part of `from` read so far and the first j chars of `to`.
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (b, &above) in to.chars().zip(row.iter().skip(1)) {
            let replaced = diagonal + usize::from(a != b);
            left = replaced.min(left + 1).min(above + 1);
            next.push(left);
            diagonal = above;
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{closest, distance};

    #[test]
    fn distance_counts_single_character_edits() {
        assert_eq!(distance("name", "name"), 0);
        assert_eq!(distance("nmae", "name"), 2);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("desire", "desired"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn only_a_near_word_is_suggested() {
        let known = ["property", "desired", "command", "component"];
        assert_eq!(closest("comand", known.into_iter()), Some("command"));
        assert_eq!(closest("properties", known.into_iter()), Some("property"));
        assert_eq!(closest("telemetry", known.into_iter()), None);
    }
}
