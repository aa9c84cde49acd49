//! Links and sessions: one link per identity, and subscriptions that outlive it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use super::error::{ErrorCode, HubError};
use super::identity::Identity;
use super::message::{Connect, LinkId};
use super::registry::AuthMethod;

/// What a device wants to receive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Subscriptions {
    /// Answers to its twin requests (`$iothub/twin/res/#`).
    pub twin_responses: bool,
    /// Changes of its desired properties (`$iothub/twin/PATCH/properties/desired/#`).
    pub desired: bool,
    /// Direct methods (`$iothub/methods/POST/#`).
    pub methods: bool,
    /// Cloud-to-device messages (`devices/{id}/messages/devicebound/#`).
    pub messages: bool,
}

impl Subscriptions {
    /// Everything that the runtime's devices take: all but cloud-to-device messages.
    pub const RUNTIME: Self = Self {
        twin_responses: true,
        desired: true,
        methods: true,
        messages: false,
    };

    const fn with(self, more: Self) -> Self {
        Self {
            twin_responses: self.twin_responses || more.twin_responses,
            desired: self.desired || more.desired,
            methods: self.methods || more.methods,
            messages: self.messages || more.messages,
        }
    }

    const fn without(self, less: Self) -> Self {
        Self {
            twin_responses: self.twin_responses && !less.twin_responses,
            desired: self.desired && !less.desired,
            methods: self.methods && !less.methods,
            messages: self.messages && !less.messages,
        }
    }
}

/// Why the hub closes a link. `Display` words it for a log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseReason {
    /// It never opened: the identity is unknown or disabled (CONNACK 5).
    Refused(HubError),
    /// The same identity has opened another link.
    NewConnection,
    /// The identity was removed.
    Deleted,
    /// The identity was disabled.
    Disabled,
    /// The device sent what no twin response can refuse: the hub's only answer is to hang up.
    Protocol(HubError),
    /// The token by which it was opened has ended.
    Expired,
    /// Someone asked for it, to see what the device does.
    Fault,
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewConnection => write!(
                f,
                "{} {}: the same identity has connected again",
                ErrorCode::ConnectionForcefullyClosedOnNewConnection.number(),
                ErrorCode::ConnectionForcefullyClosedOnNewConnection.name(),
            ),
            Self::Deleted => f.write_str("the identity was deleted"),
            Self::Disabled => f.write_str("the identity was disabled"),
            Self::Refused(error) | Self::Protocol(error) => {
                write!(f, "{} {error}", error.code().number())
            }
            Self::Expired => write!(
                f,
                "{} {}: the token has expired",
                ErrorCode::IotHubUnauthorized.number(),
                ErrorCode::IotHubUnauthorized.name(),
            ),
            Self::Fault => f.write_str("the link was dropped on request"),
        }
    }
}

/// A link that is up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) identity: Identity,
    /// Latched when the link opened; telemetry is stamped with it.
    pub(crate) model_id: Option<String>,
    pub(crate) auth: AuthMethod,
    /// When it must close, on the monotonic clock.
    pub(crate) expires: Option<Duration>,
}

#[derive(Debug, Default)]
struct Session {
    subscriptions: Subscriptions,
    link: Option<LinkId>,
    /// Whether it ends with its link (MQTT 3.1.1, 3.1.2.4: a clean session).
    clean: bool,
}

/// All links, and all sessions with or without one.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    links: BTreeMap<LinkId, Link>,
    sessions: BTreeMap<Identity, Session>,
    /// The links that must close at some time, the next one first.
    expiries: BTreeSet<(Duration, LinkId)>,
}

impl Sessions {
    /// Takes a link up; gives whether its session was there before. The identity has no other link.
    pub(crate) fn open(&mut self, connect: Connect, now: Duration) -> bool {
        if connect.clean_session {
            self.sessions.remove(&connect.identity);
        }
        let present = self.sessions.contains_key(&connect.identity);
        let session = self.sessions.entry(connect.identity.clone()).or_default();
        session.link = Some(connect.link);
        session.clean = connect.clean_session;
        let expires = connect.expires_in.map(|life| now.saturating_add(life));
        self.expiries
            .extend(expires.map(|expires| (expires, connect.link)));
        self.links.insert(
            connect.link,
            Link {
                identity: connect.identity,
                model_id: connect.model_id,
                auth: connect.auth,
                expires,
            },
        );
        present
    }

    /// Takes a link down and keeps its session, unless that is a clean one. `None` where the link was
    /// down already.
    pub(crate) fn close(&mut self, link: LinkId) -> Option<Link> {
        let closed = self.links.remove(&link)?;
        if let Some(expires) = closed.expires {
            self.expiries.remove(&(expires, link));
        }
        if let Some(session) = self.sessions.get_mut(&closed.identity)
            && session.link == Some(link)
        {
            session.link = None;
            if session.clean {
                self.sessions.remove(&closed.identity);
            }
        }
        Some(closed)
    }

    /// The first link whose time is over.
    pub(crate) fn expired(&self, now: Duration) -> Option<LinkId> {
        let (expires, link) = self.expiries.first()?;
        (*expires <= now).then_some(*link)
    }

    /// When the next link must close, on the monotonic clock.
    pub(crate) fn next_deadline(&self) -> Option<Duration> {
        self.expiries.first().map(|(expires, _)| *expires)
    }

    /// Takes a session up that was kept, without a link.
    pub(crate) fn restore(&mut self, identity: Identity, subscriptions: Subscriptions) {
        self.sessions.entry(identity).or_default().subscriptions = subscriptions;
    }

    /// What is kept of a session; `None` for one that ends with its link.
    pub(crate) fn kept(&self, identity: &Identity) -> Option<Subscriptions> {
        let session = self.sessions.get(identity)?;
        (!session.clean).then_some(session.subscriptions)
    }

    /// How many links are up.
    pub(crate) fn links(&self) -> impl Iterator<Item = &Link> {
        self.links.values()
    }

    /// Forgets a session.
    pub(crate) fn forget(&mut self, identity: &Identity) {
        self.sessions.remove(identity);
    }

    pub(crate) fn link(&self, link: LinkId) -> Option<&Link> {
        self.links.get(&link)
    }

    /// The link of an identity, if it is up.
    pub(crate) fn link_of(&self, identity: &Identity) -> Option<LinkId> {
        self.sessions.get(identity)?.link
    }

    /// The link of an identity, if it is up and wants what `wanted` picks.
    pub(crate) fn subscribed(
        &self,
        identity: &Identity,
        wanted: impl Fn(&Subscriptions) -> bool,
    ) -> Option<LinkId> {
        let session = self.sessions.get(identity)?;
        session.link.filter(|_| wanted(&session.subscriptions))
    }

    pub(crate) fn subscriptions(&self, identity: &Identity) -> Option<Subscriptions> {
        Some(self.sessions.get(identity)?.subscriptions)
    }

    pub(crate) fn subscribe(&mut self, identity: &Identity, more: Subscriptions) {
        if let Some(session) = self.sessions.get_mut(identity) {
            session.subscriptions = session.subscriptions.with(more);
        }
    }

    pub(crate) fn unsubscribe(&mut self, identity: &Identity, less: Subscriptions) {
        if let Some(session) = self.sessions.get_mut(identity) {
            session.subscriptions = session.subscriptions.without(less);
        }
    }
}
