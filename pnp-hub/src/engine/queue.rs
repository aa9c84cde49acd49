//! Cloud-to-device messages: a queue for each identity, kept until the device has acknowledged them
//! (`iot-hub` 1.10).

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use jiff::Timestamp;

use super::error::{ErrorCode, HubError};
use super::identity::Identity;
use super::message::Message;

/// How many messages may wait for one identity.
pub const MAX_QUEUE: usize = 50;
/// Largest message, in bytes of its body.
pub const MAX_MESSAGE: usize = 64 * 1024;
/// How long a message is worth delivering where nothing is said.
pub const DEFAULT_TTL: Duration = Duration::from_secs(3600);
/// How long a message may be worth delivering at most.
pub const MAX_TTL: Duration = Duration::from_secs(2 * 24 * 3600);

/// A message that waits for its device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its number in the queue of its device, from 1 up.
    pub sequence: u64,
    /// When it is not worth delivering any more.
    pub expires: Timestamp,
    /// The message.
    pub message: Message,
}

#[derive(Debug, Default)]
struct Queue {
    last_sequence: u64,
    waiting: VecDeque<Delivery>,
}

/// The queues of all identities that have or had one.
#[derive(Debug, Default)]
pub(crate) struct Queues(BTreeMap<Identity, Queue>);

impl Queues {
    /// Adds a message to a queue and gives it numbered.
    pub(crate) fn push(
        &mut self,
        identity: &Identity,
        message: Message,
        ttl: Option<Duration>,
        now: Timestamp,
    ) -> Result<Delivery, HubError> {
        let size = message.body.len();
        if size > MAX_MESSAGE {
            return Err(HubError::new(
                ErrorCode::MessageTooLarge,
                format!("the message has {size} bytes; at most {MAX_MESSAGE} are allowed"),
            ));
        }
        let ttl = ttl.unwrap_or(DEFAULT_TTL);
        if ttl > MAX_TTL {
            return Err(HubError::invalid(format!(
                "a message can wait for {MAX_TTL:?} at most, not {ttl:?}"
            )));
        }
        let queue = self.0.entry(identity.clone()).or_default();
        if queue.waiting.len() >= MAX_QUEUE {
            return Err(HubError::new(
                ErrorCode::DeviceMaximumQueueDepthExceeded,
                format!("{MAX_QUEUE} messages wait for {identity}, which is the most that may"),
            ));
        }
        queue.last_sequence += 1;
        let delivery = Delivery {
            sequence: queue.last_sequence,
            expires: now.checked_add(ttl).unwrap_or(Timestamp::MAX),
            message,
        };
        queue.waiting.push_back(delivery.clone());
        Ok(delivery)
    }

    /// Drops what is not worth delivering any more; gives whether there was any.
    pub(crate) fn expire(&mut self, identity: &Identity, now: Timestamp) -> bool {
        self.0.get_mut(identity).is_some_and(|queue| {
            let before = queue.waiting.len();
            queue.waiting.retain(|delivery| delivery.expires > now);
            queue.waiting.len() != before
        })
    }

    /// Drops a message that its device has; gives whether it was still there.
    pub(crate) fn complete(&mut self, identity: &Identity, sequence: u64) -> bool {
        self.0.get_mut(identity).is_some_and(|queue| {
            let before = queue.waiting.len();
            queue
                .waiting
                .retain(|delivery| delivery.sequence != sequence);
            queue.waiting.len() != before
        })
    }

    /// What waits for an identity, oldest first.
    pub(crate) fn waiting(&self, identity: &Identity) -> impl Iterator<Item = Delivery> {
        let queue = self.0.get(identity);
        queue
            .into_iter()
            .flat_map(|queue| queue.waiting.iter().cloned())
    }

    /// How many messages wait for an identity.
    pub(crate) fn len(&self, identity: &Identity) -> usize {
        self.0.get(identity).map_or(0, |queue| queue.waiting.len())
    }

    /// The number of an identity's last message; `None` where it never had one.
    pub(crate) fn last_sequence(&self, identity: &Identity) -> Option<u64> {
        self.0.get(identity).map(|queue| queue.last_sequence)
    }

    /// Takes a queue up that was kept.
    pub(crate) fn restore(&mut self, identity: Identity, last: u64, waiting: Vec<Delivery>) {
        let queue = Queue {
            last_sequence: last,
            waiting: waiting.into(),
        };
        self.0.insert(identity, queue);
    }

    /// Drops what waits for an identity; gives how many messages that were. Their numbers are not used
    /// again.
    pub(crate) fn purge(&mut self, identity: &Identity) -> usize {
        let queue = self.0.get_mut(identity);
        queue.map_or(0, |queue| std::mem::take(&mut queue.waiting).len())
    }

    /// Forgets a queue.
    pub(crate) fn forget(&mut self, identity: &Identity) {
        self.0.remove(identity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn a_queue_holds_fifty_messages_and_gives_them_in_order_until_they_are_completed() {
        let device = Identity::device("d");
        let mut queues = Queues::default();
        for number in 1..=50 {
            let delivery = queues.push(&device, Message::default(), None, NOW).unwrap();
            assert_eq!(delivery.sequence, number);
        }
        let full = queues
            .push(&device, Message::default(), None, NOW)
            .unwrap_err();
        assert_eq!(full.code(), ErrorCode::DeviceMaximumQueueDepthExceeded);
        assert!(queues.complete(&device, 1));
        assert!(!queues.complete(&device, 1));
        let first = queues.waiting(&device).next().unwrap();
        assert_eq!((first.sequence, queues.len(&device)), (2, 49));
        let hour_later = NOW + Duration::from_secs(3600);
        assert!(queues.expire(&device, hour_later));
        assert_eq!(queues.len(&device), 0);
    }

    #[test]
    fn messages_beyond_their_limits_are_refused() {
        let device = Identity::device("d");
        let mut queues = Queues::default();
        let large = Message {
            body: vec![0; MAX_MESSAGE + 1],
            ..Message::default()
        };
        let error = queues.push(&device, large, None, NOW).unwrap_err();
        assert_eq!(error.code(), ErrorCode::MessageTooLarge);
        let long = Some(MAX_TTL + Duration::from_secs(1));
        let error = queues.push(&device, Message::default(), long, NOW);
        assert_eq!(error.unwrap_err().code(), ErrorCode::ArgumentInvalid);
    }
}
