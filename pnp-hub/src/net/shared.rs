//! What all connections share.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::{Notify, OwnedSemaphorePermit};

use super::access::Policies;
use super::core::Core;
use super::dps::Provisioning;
use super::tls::Thumbprints;

/// The hub that connections are served by.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) core: Core,
    pub(super) policies: Policies,
    pub(super) dps: Provisioning,
    /// Says that the hub ends, to tasks that nothing else ends.
    pub(super) closing: Arc<Notify>,
}

/// The other end of a connection.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    pub(super) address: SocketAddr,
    /// What it has proved to hold the key of, if anything.
    pub(super) certificate: Option<Thumbprints>,
    /// Its room among the others, for as long as anything serves it.
    pub(super) _room: Arc<OwnedSemaphorePermit>,
}
