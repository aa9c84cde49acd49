//! Packets to bytes, appended to a buffer.
//!
//! What a receiver would have to refuse is refused here: nothing is appended then. The functions
//! without a result can't be given anything wrong.

use alloc::vec::Vec;

use crate::decode::{PROTOCOL_LEVEL, PROTOCOL_NAME, connect_flags, publish_flags};
use crate::error::SendError;
use crate::frame::{KEPT_CAPACITY, Kind};
use crate::packet::{Connack, Connect, Grant, PacketId, Publish, QoS};
use crate::topic::{self, MAX_LENGTH};

/// Largest size of a body in bytes (2.2.3).
pub const MAX_REMAINING: usize = 0x0fff_ffff;

/// The largest buffer in bytes that a busy link keeps between two writes, so that it need not grow
/// again for each.
const BUSY_CAPACITY: usize = 64 * 1024;

/// Appends a CONNECT.
///
/// # Errors
/// A field is longer than 65,535 bytes, a string has U+0000, the will's topic is no topic name, there
/// is a password without a user name, or neither a client identifier nor a clean session.
pub fn connect(out: &mut Vec<u8>, connect: &Connect<'_>) -> Result<(), SendError> {
    use connect_flags::{CLEAN_SESSION, PASSWORD, USER_NAME, WILL, WILL_QOS_SHIFT, WILL_RETAIN};

    if connect.client_id.is_empty() && !connect.clean_session {
        return Err(SendError::EmptyClientId);
    }
    if connect.password.is_some() && connect.user_name.is_none() {
        return Err(SendError::PasswordWithoutUserName);
    }
    check_text(connect.client_id)?;
    check_text(connect.user_name.unwrap_or_default())?;
    check_size(connect.password.unwrap_or_default())?;

    let mut flags = if connect.clean_session {
        CLEAN_SESSION
    } else {
        0
    };
    let mut length = 2 + PROTOCOL_NAME.len() + 1 + 1 + 2 + 2 + connect.client_id.len();
    if let Some(will) = &connect.will {
        topic::check_name(will.topic).map_err(SendError::BadTopic)?;
        check_size(will.payload)?;
        flags |=
            WILL | will.qos.level() << WILL_QOS_SHIFT | if will.retain { WILL_RETAIN } else { 0 };
        length += 2 + will.topic.len() + 2 + will.payload.len();
    }
    if let Some(user_name) = connect.user_name {
        flags |= USER_NAME;
        length += 2 + user_name.len();
    }
    if let Some(password) = connect.password {
        flags |= PASSWORD;
        length += 2 + password.len();
    }

    put_header(out, Kind::Connect, 0, length);
    put_bytes(out, PROTOCOL_NAME);
    out.push(PROTOCOL_LEVEL);
    out.push(flags);
    out.extend_from_slice(&connect.keep_alive.to_be_bytes());
    put_bytes(out, connect.client_id.as_bytes());
    if let Some(will) = &connect.will {
        put_bytes(out, will.topic.as_bytes());
        put_bytes(out, will.payload);
    }
    if let Some(user_name) = connect.user_name {
        put_bytes(out, user_name.as_bytes());
    }
    if let Some(password) = connect.password {
        put_bytes(out, password);
    }
    Ok(())
}

/// Appends a CONNACK.
pub fn connack(out: &mut Vec<u8>, connack: Connack) {
    let body = match connack {
        Connack::Accepted { session_present } => [session_present.into(), 0],
        Connack::Refused(refusal) => [0, refusal.code()],
    };
    put_header(out, Kind::Connack, 0, 2);
    out.extend_from_slice(&body);
}

/// Appends a PUBLISH. `dup` is left out at QoS 0, where it has no meaning (3.3.1.1).
///
/// # Errors
/// The topic is no topic name, the packet is larger than [`MAX_REMAINING`], or an identifier is there
/// at QoS 0 or missing above it ([`SendError::PacketIdTaken`]).
pub fn publish(out: &mut Vec<u8>, publish: &Publish<'_>) -> Result<(), SendError> {
    check_publish(publish.topic, publish.payload)?;
    if publish.id.is_some() == (publish.qos == QoS::AtMostOnce) {
        return Err(SendError::PacketIdTaken);
    }
    put_publish(out, publish);
    Ok(())
}

/// Appends a PUBACK.
pub fn puback(out: &mut Vec<u8>, id: PacketId) {
    put_id(out, Kind::Puback, id);
}

/// Appends a SUBSCRIBE.
///
/// # Errors
/// There is no filter, one is malformed, or the packet is larger than [`MAX_REMAINING`].
pub fn subscribe(
    out: &mut Vec<u8>,
    id: PacketId,
    filters: &[(&str, QoS)],
) -> Result<(), SendError> {
    let length = check_filters(filters.iter().map(|&(filter, _)| filter), 1)?;
    put_header(out, Kind::Subscribe, 0b0010, length);
    out.extend_from_slice(&id.get().to_be_bytes());
    for (filter, qos) in filters {
        put_bytes(out, filter.as_bytes());
        out.push(qos.level());
    }
    Ok(())
}

/// Appends a SUBACK.
///
/// # Errors
/// There is no grant, or the packet is larger than [`MAX_REMAINING`].
pub fn suback(out: &mut Vec<u8>, id: PacketId, grants: &[Grant]) -> Result<(), SendError> {
    let length = 2 + grants.len();
    if grants.is_empty() {
        return Err(SendError::NothingRequested);
    }
    if length > MAX_REMAINING {
        return Err(SendError::TooLong);
    }
    put_header(out, Kind::Suback, 0, length);
    out.extend_from_slice(&id.get().to_be_bytes());
    out.extend(grants.iter().map(|grant| grant.code()));
    Ok(())
}

/// Appends an UNSUBSCRIBE.
///
/// # Errors
/// There is no filter, one is malformed, or the packet is larger than [`MAX_REMAINING`].
pub fn unsubscribe(out: &mut Vec<u8>, id: PacketId, filters: &[&str]) -> Result<(), SendError> {
    let length = check_filters(filters.iter().copied(), 0)?;
    put_header(out, Kind::Unsubscribe, 0b0010, length);
    out.extend_from_slice(&id.get().to_be_bytes());
    for filter in filters {
        put_bytes(out, filter.as_bytes());
    }
    Ok(())
}

/// Appends an UNSUBACK.
pub fn unsuback(out: &mut Vec<u8>, id: PacketId) {
    put_id(out, Kind::Unsuback, id);
}

/// Appends a PINGREQ.
pub fn pingreq(out: &mut Vec<u8>) {
    put_header(out, Kind::Pingreq, 0, 0);
}

/// Appends a PINGRESP.
pub fn pingresp(out: &mut Vec<u8>) {
    put_header(out, Kind::Pingresp, 0, 0);
}

/// Appends a DISCONNECT.
pub fn disconnect(out: &mut Vec<u8>) {
    put_header(out, Kind::Disconnect, 0, 0);
}

/// Bytes on their way to the transport, which may take them in pieces.
#[derive(Debug, Default)]
pub(crate) struct Output {
    bytes: Vec<u8>,
    /// What lies before it has been written.
    start: usize,
}

impl Output {
    /// What is still to be written.
    pub(crate) fn pending(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// The buffer to append to.
    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Drops the first `count` pending bytes.
    pub(crate) fn written(&mut self, count: usize) {
        self.start = self.start.saturating_add(count);
        if self.start >= self.bytes.len() {
            self.bytes.clear();
            self.start = 0;
            if self.bytes.capacity() > BUSY_CAPACITY {
                self.bytes.shrink_to(KEPT_CAPACITY);
            }
        }
    }

    /// Gives back what an idle link does not need.
    pub(crate) fn relax(&mut self) {
        self.bytes.shrink_to(KEPT_CAPACITY);
    }

    /// Drops everything.
    pub(crate) fn clear(&mut self) {
        self.written(usize::MAX);
    }
}

/// Says that a message can be sent as it is.
pub(crate) fn check_publish(topic: &str, payload: &[u8]) -> Result<(), SendError> {
    topic::check_name(topic).map_err(SendError::BadTopic)?;
    if payload.len() > MAX_REMAINING - 4 - topic.len() {
        Err(SendError::TooLong)
    } else {
        Ok(())
    }
}

/// Appends a PUBLISH that [`check_publish`] has passed.
pub(crate) fn put_publish(out: &mut Vec<u8>, publish: &Publish<'_>) {
    let mut flags = publish.qos.level() << publish_flags::QOS_SHIFT;
    if publish.retain {
        flags |= publish_flags::RETAIN;
    }
    if publish.dup && publish.qos != QoS::AtMostOnce {
        flags |= publish_flags::DUP;
    }
    let id_size = if publish.id.is_some() { 2 } else { 0 };
    put_header(
        out,
        Kind::Publish,
        flags,
        2 + publish.topic.len() + id_size + publish.payload.len(),
    );
    put_bytes(out, publish.topic.as_bytes());
    if let Some(id) = publish.id {
        out.extend_from_slice(&id.get().to_be_bytes());
    }
    out.extend_from_slice(publish.payload);
}

fn put_header(out: &mut Vec<u8>, kind: Kind, flags: u8, remaining: usize) {
    out.reserve(5 + remaining);
    out.push((kind as u8) << 4 | flags);
    let mut rest = remaining;
    loop {
        let low = (rest & 0x7f) as u8;
        rest >>= 7;
        if rest == 0 {
            return out.push(low);
        }
        out.push(low | 0x80);
    }
}

/// Appends bytes whose size has been checked, with their length in front.
fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
}

fn put_id(out: &mut Vec<u8>, kind: Kind, id: PacketId) {
    put_header(out, kind, 0, 2);
    out.extend_from_slice(&id.get().to_be_bytes());
}

/// The size of a body with `filters`, each followed by `extra` bytes.
fn check_filters<'a>(
    filters: impl Iterator<Item = &'a str>,
    extra: usize,
) -> Result<usize, SendError> {
    let mut length = 2_usize;
    for filter in filters {
        topic::check_filter(filter).map_err(SendError::BadFilter)?;
        length = length.saturating_add(2 + filter.len() + extra);
    }
    match length {
        2 => Err(SendError::NothingRequested),
        3..=MAX_REMAINING => Ok(length),
        _ => Err(SendError::TooLong),
    }
}

fn check_text(text: &str) -> Result<(), SendError> {
    check_size(text.as_bytes())?;
    if topic::has_nul(text) {
        Err(SendError::NulInString)
    } else {
        Ok(())
    }
}

fn check_size(bytes: &[u8]) -> Result<(), SendError> {
    if bytes.len() > MAX_LENGTH {
        Err(SendError::TooLong)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topic::TopicError;
    use alloc::string::String;

    fn message(topic: &str) -> Publish<'_> {
        Publish {
            topic,
            payload: b"x",
            qos: QoS::AtMostOnce,
            id: None,
            dup: false,
            retain: false,
        }
    }

    #[test]
    fn a_topic_that_does_not_fit_is_refused_and_nothing_written() {
        let mut out = Vec::new();
        let long = String::from("p").repeat(70_000);
        assert_eq!(
            publish(&mut out, &message(&long)),
            Err(SendError::BadTopic(TopicError::TooLong))
        );
        assert_eq!(
            publish(&mut out, &message("a/#")),
            Err(SendError::BadTopic(TopicError::Wildcard))
        );
        assert!(out.is_empty());
    }

    #[test]
    fn an_identifier_goes_with_a_quality_above_zero_and_only_there() {
        let mut out = Vec::new();
        let id = PacketId::new(7);
        assert_eq!(
            publish(&mut out, &Publish { id, ..message("t") }),
            Err(SendError::PacketIdTaken)
        );
        let once = Publish {
            qos: QoS::AtLeastOnce,
            ..message("t")
        };
        assert_eq!(publish(&mut out, &once), Err(SendError::PacketIdTaken));
        assert_eq!(
            publish(
                &mut out,
                &Publish {
                    id,
                    dup: true,
                    ..once
                }
            ),
            Ok(())
        );
        assert_eq!(out, [0x3a, 6, 0, 1, b't', 0, 7, b'x']);
    }

    #[test]
    fn output_is_written_in_pieces_and_its_buffer_does_not_stay_large() {
        let mut output = Output::default();
        output.buffer().extend_from_slice(&[1; 200_000]);
        output.written(150_000);
        assert_eq!(output.pending().len(), 50_000);
        output.buffer().push(2);
        output.written(50_000);
        assert_eq!(output.pending(), [2]);
        output.written(1);
        assert!(output.pending().is_empty());
        assert!(output.buffer().capacity() <= KEPT_CAPACITY);
        output.buffer().reserve(BUSY_CAPACITY);
        output.relax();
        assert!(output.buffer().capacity() <= KEPT_CAPACITY);
    }
}
