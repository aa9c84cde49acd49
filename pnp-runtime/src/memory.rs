//! A transport without a wire: the peer is an object in the same process.
//!
//! Tests and the in-process hub stand behind [`Peer`]; [`MemoryTransport`] makes it a [`Transport`].

use alloc::sync::Arc;
use core::fmt;

use crate::transport::{Action, ConnectOptions, Event, Transport};

/// The far end of one device's link: a hub, or a test that plays one.
///
/// One peer serves one device. Its methods take `&self`, because a hub is shared between its devices
/// and its back ends; it locks what it needs and never calls back into the device.
pub trait Peer: Send + Sync {
    /// The device opens its link. A peer that takes it queues [`Event::Connected`], one that doesn't
    /// queues [`Event::Disconnected`].
    fn connect(&self, options: &ConnectOptions);

    /// The device closes its link; queues [`Event::Disconnected`].
    fn disconnect(&self);

    /// The device does something. Answers are queued, also those that are known at once.
    fn deliver(&self, action: Action);

    /// The next event for the device, `None` where there is none now.
    fn next_event(&self) -> Option<Event>;
}

/// A link to a [`Peer`].
pub struct MemoryTransport {
    peer: Arc<dyn Peer>,
    up: bool,
}

/// The link is down: [`MemoryTransport::connect`] comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkDown;

impl MemoryTransport {
    /// A link that is down.
    pub fn new(peer: Arc<dyn Peer>) -> Self {
        Self { peer, up: false }
    }

    /// Opens the link; whether the peer took it comes as an event.
    pub fn connect(&mut self, options: &ConnectOptions) {
        self.peer.connect(options);
    }

    /// Closes the link.
    pub fn disconnect(&mut self) {
        self.peer.disconnect();
    }
}

impl fmt::Debug for MemoryTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTransport")
            .field("up", &self.up)
            .finish_non_exhaustive()
    }
}

impl Transport for MemoryTransport {
    type Error = LinkDown;

    fn send(&mut self, action: Action) -> Result<(), LinkDown> {
        if !self.up {
            return Err(LinkDown);
        }
        self.peer.deliver(action);
        Ok(())
    }

    fn poll(&mut self) -> Result<Option<Event>, LinkDown> {
        let event = self.peer.next_event();
        match &event {
            Some(Event::Connected { .. }) => self.up = true,
            Some(Event::Disconnected) => self.up = false,
            _ => {}
        }
        Ok(event)
    }
}

impl fmt::Display for LinkDown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the link is down")
    }
}

impl core::error::Error for LinkDown {}
