//! "Did you mean": the names nearest to one that was written.

/// The names of `candidates` nearest to `written`, best first, at most three; empty if none is near.
///
/// Near means that few single-letter edits (insertions, deletions, replacements, swaps of neighbours;
/// a change of case counts for little) lead from one to the other. The order of equally near names is
/// alphabetical, so the result doesn't depend on the order of the candidates.
///
/// ```
/// use dtdl_parser::diagnostics::suggest;
///
/// let terms = ["schema", "name", "displayName", "comment"];
/// assert_eq!(suggest("shcema", terms), ["schema"]);
/// assert_eq!(suggest("displayname", terms), ["displayName"]);
/// assert!(suggest("weather", terms).is_empty());
/// ```
#[must_use]
pub fn suggest<'c>(written: &str, candidates: impl IntoIterator<Item = &'c str>) -> Vec<String> {
    // A text longer than any term is no misspelt term, and must not cost time.
    const LONGEST: usize = 128;
    let letters: Vec<char> = written.chars().collect();
    if letters.is_empty() || letters.len() > LONGEST {
        return Vec::new();
    }
    // In units of a third of an edit, so that a change of case can cost one unit.
    let budget = 3 * (letters.len() / 3).clamp(1, 3) + 2;
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter(|name| *name != written)
        .filter(|name| name.chars().count().abs_diff(letters.len()) <= 4)
        .filter_map(|name| {
            let other: Vec<char> = name.chars().collect();
            let cost = distance(&letters, &other);
            (cost <= budget).then_some((cost, name))
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    let best = near.first().map_or(0, |(cost, _)| *cost);
    near.into_iter()
        // Far ones beside a very near one only distract.
        .take_while(|(cost, _)| *cost <= best + 2)
        .take(3)
        .map(|(_, name)| name.to_owned())
        .collect()
}

/// Optimal string alignment, with costs 3 for an edit and 1 for a change of case.
fn distance(from: &[char], to: &[char]) -> usize {
    const EDIT: usize = 3;
    let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).map(|column| column * EDIT).collect();
    for (row, own) in from.iter().enumerate() {
        let mut current = Vec::with_capacity(to.len() + 1);
        current.push((row + 1) * EDIT);
        for (column, other) in to.iter().enumerate() {
            let change = if own == other {
                0
            } else if own.eq_ignore_ascii_case(other) {
                1
            } else {
                EDIT
            };
            let mut best = at(&last, column) + change;
            best = best.min(at(&last, column + 1) + EDIT);
            best = best.min(at(&current, column) + EDIT);
            let swapped = row > 0
                && column > 0
                && from.get(row - 1) == Some(other)
                && to.get(column - 1) == Some(own);
            if swapped {
                best = best.min(at(&before_last, column - 1) + EDIT);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    at(&last, to.len())
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn equally_near_names_come_in_alphabetical_order() {
        let names = ["unita", "unitb", "schema", "units"];
        assert_eq!(suggest("unit", names), ["unita", "unitb", "units"]);
        let turned = ["units", "schema", "unitb", "unita"];
        assert_eq!(suggest("unit", turned), suggest("unit", names));
    }

    #[test]
    fn a_far_name_beside_a_near_one_is_left_out() {
        assert_eq!(suggest("contets", ["contents", "content"]), ["contents"]);
    }

    #[test]
    fn a_change_of_case_is_nearer_than_any_edit() {
        assert_eq!(suggest("Writable", ["writeable", "writable"]), ["writable"]);
        assert_eq!(
            suggest("interface", ["Interface", "Interfaces"]),
            ["Interface"]
        );
    }

    #[test]
    fn nothing_is_suggested_for_the_empty_the_long_and_the_far() {
        assert!(suggest("", ["a"]).is_empty());
        assert!(suggest(&"x".repeat(1000), ["x"]).is_empty());
        assert!(suggest("weather", ["unit", "schema"]).is_empty());
    }
}
