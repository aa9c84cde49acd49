//! What the receiver of a packet owes its sender, as values that can be spent once.

use crate::error::Error;
use crate::packet::{PacketId, Publish, QoS};

/// A message that has come.
#[derive(Debug, PartialEq, Eq)]
pub struct Incoming<'a> {
    /// Topic name.
    pub topic: &'a str,
    /// Application data.
    pub payload: &'a [u8],
    /// Whether the sender asked for it to be kept (at a server), or it was kept (at a client).
    pub retain: bool,
    /// Whether the message may have come before.
    pub dup: bool,
    /// To be acknowledged once the message is safe; `None` at QoS 0.
    pub receipt: Option<Receipt>,
}

/// The PUBACK that is owed for a message. Dropping it leaves the message unacknowledged: its sender
/// repeats it on the next link.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "the sender waits for the acknowledgement"]
pub struct Receipt {
    pub(crate) id: PacketId,
    /// The connection on which the message came.
    pub(crate) link: u32,
}

/// The SUBACK that is owed for a subscription.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "the client waits for the answer"]
pub struct SubscribeReceipt {
    pub(crate) id: PacketId,
    pub(crate) filters: usize,
}

/// The UNSUBACK that is owed for the end of a subscription.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "the client waits for the answer"]
pub struct UnsubscribeReceipt {
    pub(crate) id: PacketId,
}

impl<'a> Incoming<'a> {
    pub(crate) fn new(publish: Publish<'a>, link: u32) -> Result<Self, Error> {
        let Publish {
            topic,
            payload,
            qos,
            id,
            dup,
            retain,
        } = publish;
        if qos == QoS::ExactlyOnce {
            return Err(Error::ExactlyOnce);
        }
        Ok(Self {
            topic,
            payload,
            retain,
            dup,
            receipt: id.map(|id| Receipt { id, link }),
        })
    }
}
