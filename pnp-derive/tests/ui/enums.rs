//! Enums: values, the unknown variant.
use pnp_runtime::Enum;

#[derive(Enum)]
#[pnp(values = "float")]
enum WrongKind {
    #[pnp(value = "a")]
    A,
}

#[derive(Enum)]
#[pnp(values = "string")]
enum Strings {
    #[pnp(value = "a")]
    A,
    #[pnp(value = 1)]
    B,
    #[pnp(value = "a")]
    C,
    #[pnp(value = 1.5)]
    D,
    E,
}

#[derive(Enum)]
enum Integers {
    #[pnp(value = 16)]
    A,
    #[pnp(value = "1")]
    B,
    #[pnp(value = 0x10)]
    C,
    #[pnp(value = 9_223_372_036_854_775_808)]
    D,
    #[pnp(value = 1u8)]
    E,
}

#[derive(Enum)]
enum Unknowns {
    #[pnp(value = "a")]
    A(String),
    #[pnp(unknown)]
    B(String),
    #[pnp(unknown)]
    C(String),
}

#[derive(Enum)]
enum Forms {
    #[pnp(value = "a", unknown)]
    A(String),
    #[pnp(unknown)]
    B,
}

#[derive(Enum)]
enum Kindless {
    #[pnp(unknown)]
    Other(String),
}

#[derive(Enum)]
enum Empty {}

fn main() {}
