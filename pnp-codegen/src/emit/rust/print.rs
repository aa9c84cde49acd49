//! Tokens to text.

use std::fmt::Write as _;

/// Modules as formatted text, with an empty line between two items as people write them.
pub(super) fn print(modules: Vec<syn::ItemMod>) -> String {
    let items = modules.into_iter().map(syn::Item::Mod).collect();
    let file = syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items,
    };
    spaced(&prettyplease::unparse(&file))
}

/// The output holds items only, no function bodies: so a line that ends an item, followed by one that
/// opens another at the same depth, is a place for an empty line.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = "";
    for line in text.lines() {
        let is_comment = before.trim_start().starts_with("//");
        let ends = !is_comment && before.ends_with(['}', ';']);
        let opens = line.trim_start() != "}";
        if ends && opens && indent(before) == indent(line) {
            out.push('\n');
        }
        // Writing to a String can't fail.
        let _ = writeln!(out, "{line}");
        before = line;
    }
    out
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_parted_by_an_empty_line_and_nothing_else_is() {
        let text = "/// d;\npub mod a {\n    pub struct A;\n    #[x]\n    pub trait B {\n        fn a();\n        fn b();\n    }\n}\npub mod c {}\n";
        let expected = "/// d;\npub mod a {\n    pub struct A;\n\n    #[x]\n    pub trait B {\n        fn a();\n\n        fn b();\n    }\n}\n\npub mod c {}\n";
        assert_eq!(spaced(text), expected);
    }
}
