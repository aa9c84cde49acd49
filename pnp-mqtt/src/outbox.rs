//! The window of messages that wait for their PUBACK.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::encode;
use crate::error::{Returned, SendError};
use crate::packet::{Message, PacketId, Publish, QoS};

/// The largest window: the identifiers above it are left to subscriptions.
pub const MAX_WINDOW: u16 = 65_000;

/// Messages of QoS 1 that were taken and not yet acknowledged, each with its completion token.
///
/// A message keeps its identifier, its place in the order and its content until it is acknowledged,
/// over any number of links. Taking and acknowledging cost the same at every window.
#[derive(Debug)]
pub struct Outbox<T = u64> {
    /// The slot of identifier `n` is at `n - 1`. Grows to the window as needed.
    slots: Vec<Option<Slot<T>>>,
    /// Identifiers of the empty slots. First in first out, so that an identifier rests for as long as
    /// possible before it is used again.
    free: VecDeque<PacketId>,
    window: u16,
    taken: u64,
}

#[derive(Debug)]
struct Slot<T> {
    message: Message,
    token: T,
    /// Place in the order of sending.
    order: u64,
    /// Whether a link has had it, so that the next one is told of a possible duplicate.
    sent: bool,
}

/// One message that waits for its acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unacknowledged<'a, T> {
    /// Its packet identifier.
    pub id: PacketId,
    /// The message.
    pub message: &'a Message,
    /// Its completion token.
    pub token: &'a T,
}

impl<T> Outbox<T> {
    /// An empty window of `window` messages, kept within 1 and [`MAX_WINDOW`].
    #[must_use]
    pub fn new(window: u16) -> Self {
        Self {
            slots: Vec::new(),
            free: VecDeque::new(),
            window: window.clamp(1, MAX_WINDOW),
            taken: 0,
        }
    }

    /// How many messages wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether no message waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many more messages it takes.
    #[must_use]
    pub fn room(&self) -> usize {
        usize::from(self.window) - self.len()
    }

    /// The messages that wait, in the order in which they were taken.
    pub fn unacknowledged(&self) -> impl ExactSizeIterator<Item = Unacknowledged<'_, T>> {
        let mut waiting: Vec<_> = ids()
            .zip(&self.slots)
            .filter_map(|(id, slot)| Some((id, slot.as_ref()?)))
            .collect();
        waiting.sort_unstable_by_key(|(_, slot)| slot.order);
        waiting.into_iter().map(|(id, slot)| Unacknowledged {
            id,
            message: &slot.message,
            token: &slot.token,
        })
    }

    /// Everything that waits, in the order in which it was taken.
    #[must_use]
    pub fn into_messages(self) -> Vec<(Message, T)> {
        let mut waiting: Vec<_> = self.slots.into_iter().flatten().collect();
        waiting.sort_unstable_by_key(|slot| slot.order);
        waiting
            .into_iter()
            .map(|slot| (slot.message, slot.token))
            .collect()
    }

    /// Puts a message back that an earlier process sent as `id`, behind those that are there: the next
    /// link has it as a possible duplicate.
    ///
    /// # Errors
    /// `id` is taken or above the window, or the message can't be sent; it comes back then.
    pub fn restore(&mut self, id: PacketId, message: Message, token: T) -> Result<(), Returned<T>> {
        let taken = id.get() > self.window || self.slot(id).is_some_and(|slot| slot.is_some());
        let problem = taken.then_some(SendError::PacketIdTaken);
        if let Some(reason) =
            problem.or(encode::check_publish(&message.topic, &message.payload).err())
        {
            return Err(Returned {
                reason,
                message,
                token,
            });
        }
        while self.slot(id).is_none() {
            self.free.extend(ids().nth(self.slots.len()));
            self.slots.push(None);
        }
        self.free.retain(|&free| free != id);
        self.fill(id, message, token, true);
        Ok(())
    }

    /// Takes a message, and appends it to `out` where there is a link.
    pub(crate) fn publish(
        &mut self,
        message: Message,
        token: T,
        out: Option<&mut Vec<u8>>,
    ) -> Result<(), Returned<T>> {
        if let Err(reason) = encode::check_publish(&message.topic, &message.payload) {
            return Err(Returned {
                reason,
                message,
                token,
            });
        }
        let Some(id) = self.free_id() else {
            return Err(Returned {
                reason: SendError::WindowFull,
                message,
                token,
            });
        };
        let sent = out.is_some();
        if let Some(out) = out {
            put(out, id, &message, false);
        }
        self.fill(id, message, token, sent);
        Ok(())
    }

    /// Appends everything that waits to `out`, in the order in which it was taken.
    pub(crate) fn replay(&mut self, out: &mut Vec<u8>) {
        let mut waiting: Vec<_> = ids()
            .zip(&mut self.slots)
            .filter_map(|(id, slot)| Some((id, slot.as_mut()?)))
            .collect();
        waiting.sort_unstable_by_key(|(_, slot)| slot.order);
        for (id, slot) in waiting {
            put(out, id, &slot.message, slot.sent);
            slot.sent = true;
        }
    }

    /// The token of message `id`, which is done; `None` where none waits under this identifier.
    pub(crate) fn acknowledge(&mut self, id: PacketId) -> Option<T> {
        let slot = self.slots.get_mut(usize::from(id.get()) - 1)?.take()?;
        self.free.push_back(id);
        Some(slot.token)
    }

    /// Gives back what an idle link does not need.
    pub(crate) fn relax(&mut self) {
        if self.is_empty() {
            self.slots = Vec::new();
            self.free = VecDeque::new();
        }
    }

    fn slot(&self, id: PacketId) -> Option<&Option<Slot<T>>> {
        self.slots.get(usize::from(id.get()) - 1)
    }

    fn free_id(&mut self) -> Option<PacketId> {
        if let Some(id) = self.free.pop_front() {
            return Some(id);
        }
        let id = u16::try_from(self.slots.len() + 1)
            .ok()
            .filter(|&id| id <= self.window)?;
        self.slots.push(None);
        PacketId::new(id)
    }

    fn fill(&mut self, id: PacketId, message: Message, token: T, sent: bool) {
        let order = self.taken;
        self.taken += 1;
        if let Some(slot) = self.slots.get_mut(usize::from(id.get()) - 1) {
            *slot = Some(Slot {
                message,
                token,
                order,
                sent,
            });
        }
    }
}

/// All packet identifiers, from 1 up.
fn ids() -> impl Iterator<Item = PacketId> {
    (1..=u16::MAX).filter_map(PacketId::new)
}

fn put(out: &mut Vec<u8>, id: PacketId, message: &Message, dup: bool) {
    let Message {
        topic,
        payload,
        retain,
    } = message;
    let publish = Publish {
        topic,
        payload,
        qos: QoS::AtLeastOnce,
        id: Some(id),
        dup,
        retain: *retain,
    };
    encode::put_publish(out, &publish);
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn id(number: u16) -> PacketId {
        PacketId::new(number).unwrap()
    }

    fn order(outbox: &Outbox) -> Vec<(u16, u64)> {
        outbox
            .unacknowledged()
            .map(|waiting| (waiting.id.get(), *waiting.token))
            .collect()
    }

    #[test]
    fn the_order_is_that_of_taking_whatever_the_identifiers_are() {
        let mut outbox = Outbox::new(3);
        for token in 0..3 {
            outbox.publish(Message::new("t", []), token, None).unwrap();
        }
        assert_eq!(outbox.acknowledge(id(2)), Some(1));
        assert_eq!(outbox.acknowledge(id(2)), None);
        assert_eq!(outbox.acknowledge(id(9)), None);
        outbox.publish(Message::new("t", []), 3, None).unwrap();
        assert_eq!(order(&outbox), [(1, 0), (3, 2), (2, 3)]);
        assert_eq!(outbox.room(), 0);
        let full = outbox
            .publish(Message::new("t", *b"kept"), 4, None)
            .unwrap_err();
        assert_eq!((full.reason, full.token), (SendError::WindowFull, 4));
        assert_eq!(full.message, Message::new("t", *b"kept"));
    }

    #[test]
    fn only_what_a_link_has_had_is_called_a_duplicate() {
        let mut outbox = Outbox::new(10);
        let mut out = vec![];
        outbox
            .publish(Message::new("a", []), 0, Some(&mut out))
            .unwrap();
        outbox.publish(Message::new("b", []), 1, None).unwrap();
        let mut replay = vec![];
        outbox.replay(&mut replay);
        assert_eq!(
            replay,
            [0x3a, 5, 0, 1, b'a', 0, 1, 0x32, 5, 0, 1, b'b', 0, 2]
        );
    }

    #[test]
    fn an_identifier_rests_while_others_are_free() {
        let mut outbox = Outbox::new(3);
        for token in 0..3 {
            outbox.publish(Message::new("t", []), token, None).unwrap();
        }
        for number in [2, 1, 3] {
            outbox.acknowledge(id(number)).unwrap();
        }
        for token in 3..6 {
            outbox.publish(Message::new("t", []), token, None).unwrap();
        }
        assert_eq!(order(&outbox), [(2, 3), (1, 4), (3, 5)]);
    }

    #[test]
    fn an_idle_window_gives_its_memory_back() {
        let mut outbox = Outbox::new(1000);
        for token in 0..1000 {
            outbox.publish(Message::new("t", []), token, None).unwrap();
        }
        for number in (1..=1000).rev() {
            outbox.relax();
            assert_eq!(outbox.acknowledge(id(number)), Some(u64::from(number) - 1));
        }
        outbox.relax();
        assert_eq!((outbox.slots.capacity(), outbox.room()), (0, 1000));
    }

    #[test]
    fn a_restored_message_has_the_identifier_that_it_had() {
        let mut outbox = Outbox::new(5);
        outbox.restore(id(4), Message::new("t", []), 40).unwrap();
        outbox.restore(id(2), Message::new("t", []), 20).unwrap();
        let taken = outbox
            .restore(id(2), Message::new("t", []), 21)
            .unwrap_err();
        assert_eq!(taken.reason, SendError::PacketIdTaken);
        assert_eq!(
            outbox
                .restore(id(6), Message::new("t", []), 0)
                .unwrap_err()
                .reason,
            SendError::PacketIdTaken
        );
        for token in 0..3 {
            outbox.publish(Message::new("t", []), token, None).unwrap();
        }
        assert_eq!(order(&outbox), [(4, 40), (2, 20), (1, 0), (3, 1), (5, 2)]);
        assert_eq!(outbox.room(), 0);
    }
}
