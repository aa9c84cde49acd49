//! The wording and the caret of every message, pinned.
//!
//! `TRYBUILD=overwrite cargo test -p pnp-derive --test ui` blesses; a plain run never writes.

#[test]
fn every_mistake_is_told_where_it_is() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
