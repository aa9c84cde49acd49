//! Where ids and keys come from: a generator that is handed in, so that a run can be repeated.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A source of the numbers behind generated keys, generation ids, etags and tracking ids.
///
/// [`Seeded`] gives the same hub at every run. A server that strangers can reach passes the operating
/// system's generator instead.
pub trait Randomness: fmt::Debug + Send {
    /// The next 64 bits.
    fn next(&mut self) -> u64;
}

/// Numbers that follow from a seed alone (SplitMix64). Not for secrets.
#[derive(Debug, Clone)]
pub struct Seeded {
    state: u64,
}

impl Seeded {
    /// A generator whose numbers depend on `seed` only.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }
}

impl Randomness for Seeded {
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

/// A symmetric key as a hub generates it: 32 bytes in base64 (`iot-hub` 2, identity resource).
pub(crate) fn symmetric_key(random: &mut dyn Randomness) -> String {
    let mut key = [0_u8; 32];
    for eight in key.chunks_exact_mut(8) {
        eight.copy_from_slice(&random.next().to_be_bytes());
    }
    STANDARD.encode(key)
}

/// 128 bits as 32 hexadecimal digits, for tracking ids.
pub(crate) fn hex_id(random: &mut dyn Randomness) -> String {
    format!("{:016x}{:016x}", random.next(), random.next())
}

/// A generation id: 18 decimal digits, which tell an identity from an earlier one of the same name.
pub(crate) fn generation_id(random: &mut dyn Randomness) -> String {
    format!("{:018}", random.next() % 1_000_000_000_000_000_000)
}

/// An identity's etag: the base64 form of nine random decimal digits.
pub(crate) fn identity_etag(random: &mut dyn Randomness) -> String {
    STANDARD.encode(format!("{:09}", random.next() % 1_000_000_000))
}

/// A twin's etag: its counter, big-endian, in base64 (`iot-hub` 1.5: the first is `AAAAAAAAAAE=`).
pub(crate) fn twin_etag(counter: u64) -> String {
    STANDARD.encode(counter.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_keys() {
        let key = |seed| symmetric_key(&mut Seeded::new(seed));
        assert_eq!(key(1), key(1));
        assert_ne!(key(1), key(2));
        assert_eq!(key(1).len(), 44);
    }

    #[test]
    fn the_first_twin_etag_is_the_documented_one() {
        assert_eq!(twin_etag(1), "AAAAAAAAAAE=");
    }
}
