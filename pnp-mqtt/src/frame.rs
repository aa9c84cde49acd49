//! Bytes to frames: the fixed header, its checks, and what is kept between two pieces of input.
//!
//! A frame is one packet whose body has not been looked at. Everything that the first bytes can tell
//! (type, flags, length, and whether such a packet may come at all) is decided before a byte of the
//! body is kept.

use alloc::vec::Vec;
use core::fmt;

use crate::error::Error;

/// The largest buffer in bytes that an idle link keeps, however large its last packet was: a hub has
/// thousands of them.
pub(crate) const KEPT_CAPACITY: usize = 1024;

/// A packet type (2.2.1); its value is the upper half of a packet's first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names of the specification say it all")]
pub enum Kind {
    Connect = 1,
    Connack = 2,
    Publish = 3,
    Puback = 4,
    Pubrec = 5,
    Pubrel = 6,
    Pubcomp = 7,
    Subscribe = 8,
    Suback = 9,
    Unsubscribe = 10,
    Unsuback = 11,
    Pingreq = 12,
    Pingresp = 13,
    Disconnect = 14,
}

/// What the fixed header says (2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The packet's type.
    pub kind: Kind,
    /// The lower half of the first byte; more than a constant in PUBLISH only.
    pub flags: u8,
    /// Size of the header itself, 2 to 5 bytes.
    pub header_size: usize,
    /// Size of the body, 0 to 268,435,455 bytes.
    pub body_size: usize,
}

/// One whole packet with its body unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The packet's type.
    pub kind: Kind,
    /// The lower half of the first byte.
    pub flags: u8,
    /// Everything behind the fixed header.
    pub body: &'a [u8],
}

/// Cuts the bytes of a stream into frames, and keeps the beginning of a frame until its rest comes.
///
/// A frame that is whole within one piece of input is borrowed from it, not copied.
#[derive(Debug, Default)]
pub(crate) struct Intake {
    held: Vec<u8>,
    /// What lies before it in `held` has been given out.
    start: usize,
}

impl Kind {
    /// The type that the upper half of `first` stands for.
    ///
    /// # Errors
    /// [`Error::UnknownPacketType`] for 0 and 15.
    pub const fn of(first: u8) -> Result<Self, Error> {
        Ok(match first >> 4 {
            1 => Self::Connect,
            2 => Self::Connack,
            3 => Self::Publish,
            4 => Self::Puback,
            5 => Self::Pubrec,
            6 => Self::Pubrel,
            7 => Self::Pubcomp,
            8 => Self::Subscribe,
            9 => Self::Suback,
            10 => Self::Unsubscribe,
            11 => Self::Unsuback,
            12 => Self::Pingreq,
            13 => Self::Pingresp,
            14 => Self::Disconnect,
            number => return Err(Error::UnknownPacketType(number)),
        })
    }

    /// The flags that the type prescribes (table 2.2); `None` where they carry a meaning.
    #[must_use]
    pub const fn flags(self) -> Option<u8> {
        match self {
            Self::Publish => None,
            Self::Pubrel | Self::Subscribe | Self::Unsubscribe => Some(0b0010),
            Self::Connect
            | Self::Connack
            | Self::Puback
            | Self::Pubrec
            | Self::Pubcomp
            | Self::Suback
            | Self::Unsuback
            | Self::Pingreq
            | Self::Pingresp
            | Self::Disconnect => Some(0),
        }
    }

    /// The size of the body in bytes where the type leaves no choice.
    #[must_use]
    pub const fn body_size(self) -> Option<usize> {
        match self {
            Self::Connect | Self::Publish | Self::Subscribe | Self::Suback | Self::Unsubscribe => {
                None
            }
            Self::Connack
            | Self::Puback
            | Self::Pubrec
            | Self::Pubrel
            | Self::Pubcomp
            | Self::Unsuback => Some(2),
            Self::Pingreq | Self::Pingresp | Self::Disconnect => Some(0),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "CONNECT",
            Self::Connack => "CONNACK",
            Self::Publish => "PUBLISH",
            Self::Puback => "PUBACK",
            Self::Pubrec => "PUBREC",
            Self::Pubrel => "PUBREL",
            Self::Pubcomp => "PUBCOMP",
            Self::Subscribe => "SUBSCRIBE",
            Self::Suback => "SUBACK",
            Self::Unsubscribe => "UNSUBSCRIBE",
            Self::Unsuback => "UNSUBACK",
            Self::Pingreq => "PINGREQ",
            Self::Pingresp => "PINGRESP",
            Self::Disconnect => "DISCONNECT",
        })
    }
}

impl Header {
    /// Size of the whole packet in bytes.
    #[must_use]
    pub const fn packet_size(&self) -> usize {
        self.header_size + self.body_size
    }

    /// Reads the header at the front of `bytes`; `None` where more bytes are needed to tell.
    ///
    /// `allow` is asked for the type as soon as the first byte is there.
    ///
    /// # Errors
    /// The type does not exist, `allow` refuses it, flags or size are not those of the type, or the
    /// packet is larger than `limit` bytes.
    pub fn read(
        bytes: &[u8],
        limit: usize,
        allow: impl FnOnce(Kind) -> Result<(), Error>,
    ) -> Result<Option<Self>, Error> {
        let Some((&first, lengths)) = bytes.split_first() else {
            return Ok(None);
        };
        let kind = Kind::of(first)?;
        let flags = first & 0x0f;
        if kind.flags().is_some_and(|prescribed| prescribed != flags) {
            return Err(Error::BadFlags { kind, flags });
        }
        allow(kind)?;
        let Some((body_size, length_size)) = read_length(lengths)? else {
            return Ok(None);
        };
        if kind
            .body_size()
            .is_some_and(|prescribed| prescribed != body_size)
        {
            return Err(Error::BadLength(kind));
        }
        let header = Self {
            kind,
            flags,
            header_size: 1 + length_size,
            body_size,
        };
        match header.packet_size() {
            size if size > limit => Err(Error::PacketTooLarge { size, limit }),
            _ => Ok(Some(header)),
        }
    }
}

impl<'a> Frame<'a> {
    /// Cuts the frame at the front of `input` off; `None`, and `input` untouched, where it is not
    /// whole yet.
    ///
    /// # Errors
    /// As [`Header::read`].
    pub fn take(
        input: &mut &'a [u8],
        limit: usize,
        allow: impl FnOnce(Kind) -> Result<(), Error>,
    ) -> Result<Option<Self>, Error> {
        let Some(header) = Header::read(input, limit, allow)? else {
            return Ok(None);
        };
        let Some((packet, rest)) = input.split_at_checked(header.packet_size()) else {
            return Ok(None);
        };
        *input = rest;
        Ok(Some(Self::new(header, packet)))
    }

    fn new(header: Header, packet: &'a [u8]) -> Self {
        let body = packet.get(header.header_size..).unwrap_or_default();
        Self {
            kind: header.kind,
            flags: header.flags,
            body,
        }
    }
}

impl Intake {
    /// The next frame of what is held and of `input`; `None` once both are used up. What is left of
    /// a frame is held for the next call.
    pub(crate) fn next<'a, 'i: 'a>(
        &'a mut self,
        input: &mut &'i [u8],
        limit: usize,
        allow: impl Fn(Kind) -> Result<(), Error>,
    ) -> Result<Option<Frame<'a>>, Error> {
        if self.start >= self.held.len() {
            self.clear();
            let frame = Frame::take(input, limit, allow)?;
            if frame.is_none() {
                self.hold(input);
            }
            return Ok(frame);
        }
        let header = loop {
            let pending = self.held.get(self.start..).unwrap_or_default();
            let wanted = match Header::read(pending, limit, &allow)? {
                Some(header) if header.packet_size() <= pending.len() => break header,
                Some(header) => header.packet_size(),
                None => pending.len() + 1,
            };
            let missing = (wanted - pending.len()).min(input.len());
            let Some((more, rest)) = input.split_at_checked(missing).filter(|_| missing > 0) else {
                return Ok(None);
            };
            self.held.extend_from_slice(more);
            *input = rest;
        };
        let begin = self.start;
        self.start += header.packet_size();
        let packet = self.held.get(begin..self.start).unwrap_or_default();
        Ok(Some(Frame::new(header, packet)))
    }

    /// Holds all of `input` for later.
    pub(crate) fn hold(&mut self, input: &mut &[u8]) {
        self.held.extend_from_slice(input);
        *input = &[];
    }

    /// How many bytes are held.
    pub(crate) fn held(&self) -> usize {
        self.held.len() - self.start
    }

    /// Forgets what is held.
    pub(crate) fn clear(&mut self) {
        self.held.clear();
        self.held.shrink_to(KEPT_CAPACITY);
        self.start = 0;
    }
}

/// The remaining length at the front of `bytes` and how many bytes it takes; `None` where it is cut.
fn read_length(bytes: &[u8]) -> Result<Option<(usize, usize)>, Error> {
    let mut value = 0;
    for (place, &byte) in bytes.iter().take(4).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Ok(Some((value, place + 1)));
        }
    }
    if bytes.len() < 4 {
        Ok(None)
    } else {
        Err(Error::BadRemainingLength)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn any(_: Kind) -> Result<(), Error> {
        Ok(())
    }

    #[test]
    fn the_limits_of_the_remaining_length_are_those_of_table_2_4() {
        let table: [(&[u8], usize); 8] = [
            (&[0x00], 0),
            (&[0x7f], 127),
            (&[0x80, 0x01], 128),
            (&[0xff, 0x7f], 16_383),
            (&[0x80, 0x80, 0x01], 16_384),
            (&[0xff, 0xff, 0x7f], 2_097_151),
            (&[0x80, 0x80, 0x80, 0x01], 2_097_152),
            (&[0xff, 0xff, 0xff, 0x7f], 268_435_455),
        ];
        for (bytes, value) in table {
            assert_eq!(read_length(bytes), Ok(Some((value, bytes.len()))));
            let short = bytes.split_last().unwrap().1;
            assert_eq!(read_length(short), Ok(None));
        }
        assert_eq!(
            read_length(&[0x80, 0x80, 0x80, 0x80]),
            Err(Error::BadRemainingLength)
        );
    }

    #[test]
    fn a_packet_over_the_limit_is_refused_before_anything_is_kept() {
        let mut intake = Intake::default();
        // 200 MiB announced, nothing sent.
        let mut input: &[u8] = &[0x30, 0x80, 0x80, 0x80, 0x64];
        let found = intake.next(&mut input, 256 * 1024, any);
        assert_eq!(
            found,
            Err(Error::PacketTooLarge {
                size: 200 * 1024 * 1024 + 5,
                limit: 256 * 1024
            })
        );
        assert_eq!(intake.held.capacity(), 0);
    }

    #[test]
    fn frames_within_one_input_are_borrowed_from_it() {
        let mut intake = Intake::default();
        let bytes = vec![0xd0, 0x00, 0x40, 0x02, 0x00, 0x07];
        let mut input = bytes.as_slice();
        assert_eq!(
            intake.next(&mut input, 100, any).unwrap().unwrap().kind,
            Kind::Pingresp
        );
        let frame = intake.next(&mut input, 100, any).unwrap().unwrap();
        assert_eq!(frame.body.as_ptr(), bytes.get(4..).unwrap().as_ptr());
        assert_eq!(intake.next(&mut input, 100, any), Ok(None));
        assert_eq!(intake.held.capacity(), 0);
    }

    #[test]
    fn a_large_packet_leaves_no_large_buffer_behind() {
        let mut intake = Intake::default();
        let mut packet = vec![0x30, 0x80, 0x80, 0x02];
        packet.resize(4 + 0x8000, 0);
        let (mut front, mut back) = packet.split_at(100);
        assert_eq!(intake.next(&mut front, 1 << 20, any), Ok(None));
        assert_eq!(
            intake
                .next(&mut back, 1 << 20, any)
                .unwrap()
                .unwrap()
                .body
                .len(),
            0x8000
        );
        assert_eq!(intake.next(&mut back, 1 << 20, any), Ok(None));
        assert!(
            intake.held.capacity() <= KEPT_CAPACITY,
            "{}",
            intake.held.capacity()
        );
    }
}
