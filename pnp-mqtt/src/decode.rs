//! Frames to packets, borrowed: every check that one packet allows for itself is made here.
//!
//! Which packet may come when, and from whom, is the roles' business.

use crate::error::Error;
use crate::frame::{Frame, Kind};
use crate::packet::{Connack, Connect, Grant, PacketId, Publish, QoS, RefusalCode, Will};
use crate::topic;

/// Name of the protocol in CONNECT (3.1.2.1).
pub(crate) const PROTOCOL_NAME: &[u8] = b"MQTT";
/// The protocol level that is MQTT 3.1.1 (3.1.2.2).
pub(crate) const PROTOCOL_LEVEL: u8 = 4;

/// The bits of CONNECT's flags (3.1.2.3); QoS of the will lies between them.
pub(crate) mod connect_flags {
    pub(crate) const RESERVED: u8 = 1;
    pub(crate) const CLEAN_SESSION: u8 = 1 << 1;
    pub(crate) const WILL: u8 = 1 << 2;
    pub(crate) const WILL_QOS_SHIFT: u8 = 3;
    pub(crate) const WILL_QOS: u8 = 0b11 << WILL_QOS_SHIFT;
    pub(crate) const WILL_RETAIN: u8 = 1 << 5;
    pub(crate) const PASSWORD: u8 = 1 << 6;
    pub(crate) const USER_NAME: u8 = 1 << 7;
}

/// The bits of PUBLISH's flags (3.3.1); QoS lies between them.
pub(crate) mod publish_flags {
    pub(crate) const RETAIN: u8 = 1;
    pub(crate) const QOS_SHIFT: u8 = 1;
    pub(crate) const DUP: u8 = 1 << 3;
}

/// A packet of MQTT 3.1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the specification say it all")]
pub enum Packet<'a> {
    Connect(Connect<'a>),
    Connack(Connack),
    Publish(Publish<'a>),
    Puback(PacketId),
    Pubrec(PacketId),
    Pubrel(PacketId),
    Pubcomp(PacketId),
    Subscribe {
        id: PacketId,
        filters: SubscribeFilters<'a>,
    },
    Suback {
        id: PacketId,
        grants: Grants<'a>,
    },
    Unsubscribe {
        id: PacketId,
        filters: UnsubscribeFilters<'a>,
    },
    Unsuback(PacketId),
    Pingreq,
    Pingresp,
    Disconnect,
}

/// The filters of a SUBSCRIBE with the quality of service asked for; checked, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubscribeFilters<'a>(Reader<'a>);

/// The filters of an UNSUBSCRIBE; checked, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnsubscribeFilters<'a>(Reader<'a>);

/// The answers of a SUBACK in the order of the filters; checked, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grants<'a>(&'a [u8]);

/// Reads the packet in `frame`.
///
/// ```
/// use pnp_mqtt::decode::{Packet, packet};
/// use pnp_mqtt::frame::Frame;
///
/// let mut input: &[u8] = &[0x30, 0x05, 0x00, 0x01, b't', b'o', b'k'];
/// let frame = Frame::take(&mut input, 1024, |_| Ok(()))?.ok_or("more bytes are needed")?;
/// let Packet::Publish(publish) = packet(frame)? else { return Err("not a PUBLISH".into()) };
/// assert_eq!((publish.topic, publish.payload), ("t", &b"ok"[..]));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
///
/// # Errors
/// The body is not one of the frame's type: see the variants of [`Error`].
pub fn packet(frame: Frame<'_>) -> Result<Packet<'_>, Error> {
    let mut body = Reader(frame.body);
    let packet = match frame.kind {
        Kind::Connect => Packet::Connect(connect(&mut body)?),
        Kind::Connack => Packet::Connack(connack(&mut body)?),
        Kind::Publish => Packet::Publish(publish(frame.flags, &mut body)?),
        Kind::Puback => Packet::Puback(body.id()?),
        Kind::Pubrec => Packet::Pubrec(body.id()?),
        Kind::Pubrel => Packet::Pubrel(body.id()?),
        Kind::Pubcomp => Packet::Pubcomp(body.id()?),
        Kind::Subscribe => Packet::Subscribe {
            id: body.id()?,
            filters: subscribe_filters(&mut body)?,
        },
        Kind::Suback => Packet::Suback {
            id: body.id()?,
            grants: grants(&mut body)?,
        },
        Kind::Unsubscribe => Packet::Unsubscribe {
            id: body.id()?,
            filters: unsubscribe_filters(&mut body)?,
        },
        Kind::Unsuback => Packet::Unsuback(body.id()?),
        Kind::Pingreq => Packet::Pingreq,
        Kind::Pingresp => Packet::Pingresp,
        Kind::Disconnect => Packet::Disconnect,
    };
    if body.0.is_empty() {
        Ok(packet)
    } else {
        Err(Error::TrailingBytes)
    }
}

fn connect<'a>(body: &mut Reader<'a>) -> Result<Connect<'a>, Error> {
    use connect_flags::{
        CLEAN_SESSION, PASSWORD, RESERVED, USER_NAME, WILL, WILL_QOS, WILL_QOS_SHIFT, WILL_RETAIN,
    };

    if body.bytes()? != PROTOCOL_NAME {
        return Err(Error::BadProtocolName);
    }
    // Level before everything else: other levels may lay the rest out otherwise.
    let level = body.u8()?;
    if level != PROTOCOL_LEVEL {
        return Err(Error::UnsupportedLevel(level));
    }
    let flags = body.u8()?;
    let has = |bits: u8| flags & bits != 0;
    if has(RESERVED)
        || (!has(WILL) && has(WILL_QOS | WILL_RETAIN))
        || (has(PASSWORD) && !has(USER_NAME))
    {
        return Err(Error::BadConnectFlags(flags));
    }
    let will_qos = QoS::from_level((flags & WILL_QOS) >> WILL_QOS_SHIFT)
        .ok_or(Error::BadConnectFlags(flags))?;
    let keep_alive = body.u16()?;
    let client_id = body.text()?;
    if client_id.is_empty() && !has(CLEAN_SESSION) {
        return Err(Error::EmptyClientId);
    }
    let will = match has(WILL) {
        true => Some(Will {
            topic: body.topic()?,
            payload: body.bytes()?,
            qos: will_qos,
            retain: has(WILL_RETAIN),
        }),
        false => None,
    };
    let user_name = if has(USER_NAME) {
        Some(body.text()?)
    } else {
        None
    };
    let password = if has(PASSWORD) {
        Some(body.bytes()?)
    } else {
        None
    };
    Ok(Connect {
        client_id,
        clean_session: has(CLEAN_SESSION),
        keep_alive,
        user_name,
        password,
        will,
    })
}

fn connack(body: &mut Reader<'_>) -> Result<Connack, Error> {
    let flags = body.u8()?;
    let code = body.u8()?;
    if flags > 1 {
        return Err(Error::BadConnackFlags(flags));
    }
    if code == 0 {
        return Ok(Connack::Accepted {
            session_present: flags == 1,
        });
    }
    let refusal = RefusalCode::from_code(code).ok_or(Error::BadReturnCode(code))?;
    // A server that refuses has no session to offer (3.2.2.2).
    if flags == 0 {
        Ok(Connack::Refused(refusal))
    } else {
        Err(Error::BadConnackFlags(flags))
    }
}

fn publish<'a>(flags: u8, body: &mut Reader<'a>) -> Result<Publish<'a>, Error> {
    let level = (flags >> publish_flags::QOS_SHIFT) & 0b11;
    let qos = QoS::from_level(level).ok_or(Error::BadQos(level))?;
    let dup = flags & publish_flags::DUP != 0;
    if dup && qos == QoS::AtMostOnce {
        return Err(Error::DupAtMostOnce);
    }
    let topic = body.topic()?;
    let id = if qos == QoS::AtMostOnce {
        None
    } else {
        Some(body.id()?)
    };
    let payload = core::mem::take(&mut body.0);
    Ok(Publish {
        topic,
        payload,
        qos,
        id,
        dup,
        retain: flags & publish_flags::RETAIN != 0,
    })
}

fn subscribe_filters<'a>(body: &mut Reader<'a>) -> Result<SubscribeFilters<'a>, Error> {
    let filters = SubscribeFilters(*body);
    if body.0.is_empty() {
        return Err(Error::NothingRequested(Kind::Subscribe));
    }
    while !body.0.is_empty() {
        body.filter()?;
        let bits = body.u8()?;
        QoS::from_level(bits).ok_or(Error::BadQos(bits))?;
    }
    Ok(filters)
}

fn unsubscribe_filters<'a>(body: &mut Reader<'a>) -> Result<UnsubscribeFilters<'a>, Error> {
    let filters = UnsubscribeFilters(*body);
    if body.0.is_empty() {
        return Err(Error::NothingRequested(Kind::Unsubscribe));
    }
    while !body.0.is_empty() {
        body.filter()?;
    }
    Ok(filters)
}

fn grants<'a>(body: &mut Reader<'a>) -> Result<Grants<'a>, Error> {
    let codes = core::mem::take(&mut body.0);
    if codes.is_empty() {
        return Err(Error::NothingRequested(Kind::Suback));
    }
    match codes.iter().find(|&&code| Grant::from_code(code).is_none()) {
        Some(&code) => Err(Error::BadGrant(code)),
        None => Ok(Grants(codes)),
    }
}

impl<'a> Iterator for SubscribeFilters<'a> {
    type Item = (&'a str, QoS);

    fn next(&mut self) -> Option<Self::Item> {
        // The checks were made when the packet was read, so the only end is the packet's.
        let filter = self.0.utf8().ok()?;
        let qos = QoS::from_level(self.0.u8().ok()?)?;
        Some((filter, qos))
    }
}

impl<'a> Iterator for UnsubscribeFilters<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.utf8().ok()
    }
}

impl Iterator for Grants<'_> {
    type Item = Grant;

    fn next(&mut self) -> Option<Self::Item> {
        let (&code, rest) = self.0.split_first()?;
        self.0 = rest;
        Grant::from_code(code)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.len(), Some(self.0.len()))
    }
}

impl ExactSizeIterator for Grants<'_> {}

/// What is left of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn u8(&mut self) -> Result<u8, Error> {
        let (&byte, rest) = self.0.split_first().ok_or(Error::Truncated)?;
        self.0 = rest;
        Ok(byte)
    }

    fn u16(&mut self) -> Result<u16, Error> {
        let (&bytes, rest) = self.0.split_first_chunk().ok_or(Error::Truncated)?;
        self.0 = rest;
        Ok(u16::from_be_bytes(bytes))
    }

    fn id(&mut self) -> Result<PacketId, Error> {
        PacketId::new(self.u16()?).ok_or(Error::ZeroPacketId)
    }

    /// Bytes with their length in front.
    fn bytes(&mut self) -> Result<&'a [u8], Error> {
        let length = self.u16()?;
        let (bytes, rest) = self
            .0
            .split_at_checked(length.into())
            .ok_or(Error::Truncated)?;
        self.0 = rest;
        Ok(bytes)
    }

    /// A string whose characters are checked elsewhere.
    fn utf8(&mut self) -> Result<&'a str, Error> {
        core::str::from_utf8(self.bytes()?).map_err(|_| Error::NotUtf8)
    }

    fn text(&mut self) -> Result<&'a str, Error> {
        let text = self.utf8()?;
        if topic::has_nul(text) {
            Err(Error::NulInString)
        } else {
            Ok(text)
        }
    }

    fn topic(&mut self) -> Result<&'a str, Error> {
        let name = self.utf8()?;
        topic::check_name(name).map_err(Error::BadTopic)?;
        Ok(name)
    }

    fn filter(&mut self) -> Result<&'a str, Error> {
        let filter = self.utf8()?;
        topic::check_filter(filter).map_err(Error::BadFilter)?;
        Ok(filter)
    }
}
