//! When to open a connection, renew it, try again and give up: a state machine without I/O.

use core::time::Duration;

use super::failure::{Failure, Outlook};
use crate::session::Instant;

/// How patient a [`Supervisor`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Patience {
    /// The first pause after a failure, at most. It doubles with each further one.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
    /// How long a connection must last to prove that all is well again.
    pub proven_after: Duration,
    /// How many times in a row the hub may refuse credentials that it accepted before, until that
    /// counts as final. Credentials that it never accepted are given up at once.
    pub refusals: u32,
    /// How many connections in a row that end soon after they were accepted mean that another client
    /// uses the same identity.
    pub short_connections: u32,
}

/// Where the hub's name comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HubKnown {
    /// It is fixed.
    Configured,
    /// A provisioning service assigned it earlier, and is asked again once the hub refuses.
    Assigned,
    /// A provisioning service is still to be asked.
    Unassigned,
}

/// What the supervisor wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Order {
    /// Ask the provisioning service for a hub, then report [`Supervisor::assigned`] or
    /// [`Supervisor::failed`].
    Provision,
    /// Open a connection, with a fresh password; then report [`Supervisor::connected`] or
    /// [`Supervisor::failed`].
    Connect,
    /// Close the connection politely, as its password is about to end, and report
    /// [`Supervisor::closed`]: the next order opens another at once.
    Renew,
}

/// Where the connection stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// A hub is being asked for.
    Provisioning,
    /// A connection is being opened.
    Connecting {
        /// Attempts since the last proven connection, from 1.
        attempt: u32,
    },
    /// The hub has accepted the connection.
    Connected,
    /// The connection is replaced by one with a fresh password; nothing is lost meanwhile.
    Renewing,
    /// There is no connection; the next attempt comes by itself.
    Waiting {
        /// Why.
        failure: Failure,
        /// How long the pause before the next attempt is.
        pause: Duration,
    },
    /// There will be no connection any more: `None` where that was asked for.
    Stopped(Option<Failure>),
}

/// Decides over the connections of one device. It takes readings of a clock and reports, and returns
/// orders; the same inputs and the same seed give the same decisions.
///
/// Pauses double from [`Patience::first_pause`] to [`Patience::longest_pause`], each drawn at random
/// from the upper half of its range, so that devices which lost their hub together don't return
/// together. A failure that can't pass ends it all.
#[derive(Debug)]
pub struct Supervisor {
    patience: Patience,
    random: Random,
    state: State,
    /// Whether a provisioning service assigns the hub.
    provisioned: bool,
    needs_hub: bool,
    /// Failures since the last proven connection.
    failures: u32,
    /// Refused credentials in a row.
    refusals: u32,
    ever_accepted: bool,
    short_connections: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Waiting {
        until: Instant,
        /// Why there is a pause, and how long it is.
        pause: Option<(Failure, Duration)>,
    },
    Provisioning,
    Connecting,
    Connected {
        since: Instant,
        renew_at: Option<Instant>,
    },
    Renewing {
        since: Instant,
    },
    Stopped(Option<Failure>),
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(120),
            proven_after: Duration::from_secs(30),
            refusals: 5,
            short_connections: 3,
        }
    }
}

impl Supervisor {
    /// A supervisor that opens its first connection at once. `seed` decides over its pauses; take one
    /// that differs from device to device.
    pub fn new(patience: Patience, seed: u64, hub: HubKnown) -> Self {
        Self {
            patience,
            random: Random(seed),
            state: State::Waiting {
                until: Instant::default(),
                pause: None,
            },
            provisioned: hub != HubKnown::Configured,
            needs_hub: hub == HubKnown::Unassigned,
            failures: 0,
            refusals: 0,
            ever_accepted: false,
            short_connections: 0,
        }
    }

    /// What is to be done at `now`; `None` where nothing is before
    /// [`next_deadline`](Self::next_deadline). Each order comes once.
    pub fn poll(&mut self, now: Instant) -> Option<Order> {
        match &self.state {
            State::Waiting { until, .. } if *until <= now => {
                if self.needs_hub {
                    self.state = State::Provisioning;
                    return Some(Order::Provision);
                }
                self.state = State::Connecting;
                Some(Order::Connect)
            }
            State::Connected {
                since,
                renew_at: Some(renew_at),
            } if *renew_at <= now => {
                self.state = State::Renewing { since: *since };
                Some(Order::Renew)
            }
            State::Waiting { .. }
            | State::Provisioning
            | State::Connecting
            | State::Connected { .. }
            | State::Renewing { .. }
            | State::Stopped(_) => None,
        }
    }

    /// When [`poll`](Self::poll) has something to say; `None` where only a report can change that.
    pub fn next_deadline(&self) -> Option<Instant> {
        match &self.state {
            State::Waiting { until, .. } => Some(*until),
            State::Connected { renew_at, .. } => *renew_at,
            State::Provisioning
            | State::Connecting
            | State::Renewing { .. }
            | State::Stopped(_) => None,
        }
    }

    /// Where the connection stands.
    pub fn status(&self) -> Status {
        let attempt = self.failures.saturating_add(1);
        match &self.state {
            State::Waiting {
                pause: Some((failure, pause)),
                ..
            } => Status::Waiting {
                failure: failure.clone(),
                pause: *pause,
            },
            State::Waiting { pause: None, .. } | State::Connecting => {
                Status::Connecting { attempt }
            }
            State::Provisioning => Status::Provisioning,
            State::Connected { .. } => Status::Connected,
            State::Renewing { .. } => Status::Renewing,
            State::Stopped(failure) => Status::Stopped(failure.clone()),
        }
    }

    /// A hub is assigned.
    pub fn assigned(&mut self, now: Instant) {
        if self.state == State::Provisioning {
            self.needs_hub = false;
            self.wait(now, None);
        }
    }

    /// The hub has accepted the connection. Its password lives for `lifetime` from when it was made;
    /// where that can be renewed, the connection is, after 80 to 90 percent of it.
    pub fn connected(&mut self, now: Instant, lifetime: Option<Duration>) {
        if self.state != State::Connecting {
            return;
        }
        self.ever_accepted = true;
        self.refusals = 0;
        let renew_at = lifetime.map(|lifetime| {
            let early = self.random.between(lifetime / 10, lifetime / 5);
            now + (lifetime - early)
        });
        self.state = State::Connected {
            since: now,
            renew_at,
        };
    }

    /// The connection was closed as [`Order::Renew`] said.
    pub fn closed(&mut self, now: Instant) {
        if let State::Renewing { since } = self.state {
            self.settle(since, now);
            self.wait(now, None);
        }
    }

    /// An order could not be carried out, or the connection ended by itself.
    pub fn failed(&mut self, failure: Failure, now: Instant) {
        let mut failure = failure;
        match self.state {
            State::Connected { since, .. } | State::Renewing { since } => {
                self.settle(since, now);
                if !self.is_proven(since, now) && failure.is_cut() {
                    self.short_connections = self.short_connections.saturating_add(1);
                    if self.short_connections >= self.patience.short_connections {
                        failure = Failure::Replaced;
                    }
                }
            }
            State::Provisioning | State::Connecting => {}
            State::Waiting { .. } | State::Stopped(_) => return,
        }
        // A host that proved itself once is behind a portal or another box now, which passes.
        let waylaid = self.ever_accepted && matches!(failure, Failure::Tls { .. });
        match failure.outlook() {
            Outlook::Passing => {}
            Outlook::Permanent if waylaid => {}
            Outlook::Permanent => return self.state = State::Stopped(Some(failure)),
            Outlook::Credentials => {
                self.refusals = self.refusals.saturating_add(1);
                // The device may have moved to another hub, and the first refusal is how it learns.
                let by_hub = self.state != State::Provisioning;
                let moved = self.provisioned && by_hub && self.refusals == 1;
                let known = self.ever_accepted && self.refusals < self.patience.refusals;
                if !moved && !known {
                    return self.state = State::Stopped(Some(failure));
                }
                self.needs_hub = self.provisioned;
            }
        }
        let pause = self.pause();
        self.failures = self.failures.saturating_add(1);
        self.wait(now + pause, Some((failure, pause)));
    }

    /// No connection is wanted any more: close the one that there is.
    pub fn stop(&mut self) {
        if !matches!(self.state, State::Stopped(_)) {
            self.state = State::Stopped(None);
        }
    }

    /// Whether there will be no connection any more.
    pub fn is_stopped(&self) -> bool {
        matches!(self.state, State::Stopped(_))
    }

    fn wait(&mut self, until: Instant, pause: Option<(Failure, Duration)>) {
        self.state = State::Waiting { until, pause };
    }

    /// A connection that lasted makes up for the failures before it. One that did not leaves them: a
    /// hub that accepts and drops, or a rival for the identity, must not be tried at full speed.
    fn settle(&mut self, since: Instant, now: Instant) {
        if self.is_proven(since, now) {
            self.failures = 0;
            self.short_connections = 0;
        }
    }

    fn is_proven(&self, since: Instant, now: Instant) -> bool {
        since + self.patience.proven_after <= now
    }

    fn pause(&mut self) -> Duration {
        let factor = 1_u32.checked_shl(self.failures).unwrap_or(u32::MAX);
        let longest = self
            .patience
            .first_pause
            .saturating_mul(factor)
            .min(self.patience.longest_pause);
        self.random.between(longest / 2, longest)
    }
}

/// SplitMix64: small, and good enough to keep devices apart.
#[derive(Debug)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn between(&mut self, low: Duration, high: Duration) -> Duration {
        let low = u64::try_from(low.as_millis()).unwrap_or(u64::MAX);
        let high = u64::try_from(high.as_millis()).unwrap_or(u64::MAX);
        let range = high.saturating_sub(low).saturating_add(1);
        Duration::from_millis(low.saturating_add(self.next().checked_rem(range).unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use pnp_mqtt::packet::RefusalCode;

    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant::from_millis(seconds * 1000)
    }

    fn network() -> Failure {
        Failure::Network(String::from("reset"))
    }

    fn refused() -> Failure {
        Failure::Refused(RefusalCode::NotAuthorized)
    }

    /// Waits as long as the supervisor wants to, and returns its next order and when it came.
    fn next(supervisor: &mut Supervisor, now: Instant) -> (Order, Instant) {
        let now = supervisor.next_deadline().unwrap().max(now);
        (supervisor.poll(now).unwrap(), now)
    }

    fn connected(now: Instant, lifetime: Option<Duration>) -> Supervisor {
        let mut supervisor = Supervisor::new(Patience::default(), 1, HubKnown::Configured);
        assert_eq!(supervisor.poll(now), Some(Order::Connect));
        supervisor.connected(now, lifetime);
        supervisor
    }

    #[test]
    fn pauses_double_with_jitter_up_to_the_longest_and_differ_between_devices() {
        let pauses = |seed| {
            let mut supervisor = Supervisor::new(Patience::default(), seed, HubKnown::Configured);
            let mut now = at(0);
            let mut pauses = Vec::new();
            for _ in 0..10 {
                let (order, began) = next(&mut supervisor, now);
                assert_eq!(order, Order::Connect);
                now = began;
                supervisor.failed(network(), now);
                let until = supervisor.next_deadline().unwrap();
                pauses.push(until.as_millis() - now.as_millis());
            }
            pauses
        };
        for seed in 0..50 {
            for (index, pause) in pauses(seed).into_iter().enumerate() {
                let longest = (1000_u64 << index).min(120_000);
                assert!((longest / 2..=longest).contains(&pause), "{index}: {pause}");
            }
        }
        assert_eq!(pauses(7), pauses(7));
        assert_ne!(pauses(7), pauses(8));
    }

    #[test]
    fn only_a_connection_that_lasts_makes_up_for_failures() {
        let mut supervisor = connected(at(0), None);
        for lived in [1, 1, 1, 31] {
            let now = supervisor.next_deadline().map_or(at(0), |until| until);
            supervisor.poll(now);
            supervisor.connected(now, None);
            supervisor.failed(network(), now + Duration::from_secs(lived));
        }
        // After the long connection the pause is the first again.
        let until = supervisor.next_deadline().unwrap();
        supervisor.poll(until);
        assert_eq!(supervisor.status(), Status::Connecting { attempt: 2 });
    }

    #[test]
    fn a_password_is_renewed_before_it_ends_and_the_next_connection_opens_at_once() {
        let hour = Duration::from_secs(3600);
        for seed in 0..100 {
            let mut supervisor = Supervisor::new(Patience::default(), seed, HubKnown::Configured);
            supervisor.poll(at(0));
            supervisor.connected(at(0), Some(hour));
            let (order, now) = next(&mut supervisor, at(0));
            assert_eq!(order, Order::Renew);
            assert!((at(2880)..=at(3240)).contains(&now), "{now:?}");
            assert_eq!(supervisor.poll(now), None, "each order comes once");
            supervisor.closed(now);
            assert_eq!(supervisor.poll(now), Some(Order::Connect));
            assert_eq!(supervisor.status(), Status::Connecting { attempt: 1 });
        }
    }

    #[test]
    fn what_cannot_pass_ends_it_and_what_can_does_not() {
        let permanent = [
            Failure::Refused(RefusalCode::IdentifierRejected),
            Failure::Refused(RefusalCode::UnacceptableProtocolLevel),
            Failure::Tls {
                detail: "unknown issuer".into(),
                permanent: true,
            },
            Failure::Configuration("no such file".into()),
            // Never accepted before.
            refused(),
            Failure::Refused(RefusalCode::BadUserNameOrPassword),
        ];
        for failure in permanent {
            let mut supervisor = Supervisor::new(Patience::default(), 1, HubKnown::Configured);
            supervisor.poll(at(0));
            supervisor.failed(failure.clone(), at(0));
            assert_eq!(supervisor.status(), Status::Stopped(Some(failure)));
            assert_eq!(supervisor.next_deadline(), None);
            assert!(supervisor.is_stopped());
        }
        let passing = [
            network(),
            Failure::Closed,
            Failure::Timeout,
            Failure::Silent,
            Failure::Overrun,
            Failure::Unreachable("no such host".into()),
            Failure::Refused(RefusalCode::ServerUnavailable),
            Failure::Tls {
                detail: "expired".into(),
                permanent: false,
            },
        ];
        for failure in passing {
            let mut supervisor = Supervisor::new(Patience::default(), 1, HubKnown::Configured);
            supervisor.poll(at(0));
            supervisor.failed(failure, at(0));
            assert_eq!(next(&mut supervisor, at(0)).0, Order::Connect);
        }
    }

    #[test]
    fn a_foreign_certificate_is_final_only_before_the_first_connection() {
        let foreign = Failure::Tls {
            detail: "unknown issuer".into(),
            permanent: true,
        };
        let mut supervisor = connected(at(0), None);
        supervisor.failed(Failure::Closed, at(60));
        let (_, now) = next(&mut supervisor, at(60));
        supervisor.failed(foreign, now);
        assert_eq!(next(&mut supervisor, now).0, Order::Connect);
    }

    #[test]
    fn credentials_that_were_accepted_before_may_be_refused_a_few_times() {
        let mut supervisor = connected(at(0), None);
        let mut now = at(100);
        supervisor.failed(Failure::Closed, now);
        for _ in 1..Patience::default().refusals {
            now = next(&mut supervisor, now).1;
            supervisor.failed(refused(), now);
            assert!(!supervisor.is_stopped());
        }
        now = next(&mut supervisor, now).1;
        supervisor.failed(refused(), now);
        assert_eq!(supervisor.status(), Status::Stopped(Some(refused())));
    }

    #[test]
    fn a_provisioned_device_asks_again_for_its_hub_when_it_is_refused() {
        let mut supervisor = Supervisor::new(Patience::default(), 1, HubKnown::Unassigned);
        let mut now = at(0);
        assert_eq!(supervisor.poll(now), Some(Order::Provision));
        assert_eq!(supervisor.status(), Status::Provisioning);
        supervisor.assigned(now);
        assert_eq!(supervisor.poll(now), Some(Order::Connect));
        supervisor.failed(refused(), now);
        let (order, later) = next(&mut supervisor, now);
        assert_eq!(order, Order::Provision);
        now = later;
        supervisor.assigned(now);
        assert_eq!(supervisor.poll(now), Some(Order::Connect));
        supervisor.connected(now, None);
        // A lost connection is no reason to ask.
        now = now + Duration::from_secs(60);
        supervisor.failed(network(), now);
        let (order, now) = next(&mut supervisor, now);
        assert_eq!(order, Order::Connect);
        supervisor.failed(refused(), now);
        let (order, now) = next(&mut supervisor, now);
        assert_eq!(order, Order::Provision);
        let detail = String::from("disabled");
        supervisor.failed(
            Failure::Provisioning {
                detail,
                permanent: true,
            },
            now,
        );
        assert!(supervisor.is_stopped());
    }

    #[test]
    fn a_provisioning_service_that_refuses_is_not_asked_again() {
        let mut supervisor = Supervisor::new(Patience::default(), 1, HubKnown::Unassigned);
        assert_eq!(supervisor.poll(at(0)), Some(Order::Provision));
        supervisor.failed(refused(), at(0));
        assert_eq!(supervisor.status(), Status::Stopped(Some(refused())));
    }

    #[test]
    fn connections_cut_again_and_again_mean_a_rival_and_pauses_grow() {
        let mut supervisor = connected(at(0), None);
        let mut now = at(1);
        let mut pauses = Vec::new();
        for round in 1..=6 {
            supervisor.failed(Failure::Closed, now);
            let Status::Waiting { failure, pause } = supervisor.status() else {
                panic!("{:?}", supervisor.status());
            };
            let expected = if round < 3 {
                Failure::Closed
            } else {
                Failure::Replaced
            };
            assert_eq!(failure, expected, "{round}");
            pauses.push(pause);
            now = next(&mut supervisor, now).1;
            supervisor.connected(now, None);
            now = now + Duration::from_secs(1);
        }
        assert!(pauses.last() > pauses.first());
    }

    #[test]
    fn a_stopped_supervisor_stays_so() {
        let mut supervisor = connected(at(0), Some(Duration::from_secs(10)));
        supervisor.stop();
        supervisor.failed(network(), at(1));
        supervisor.closed(at(1));
        assert_eq!(supervisor.poll(at(100)), None);
        assert_eq!(supervisor.status(), Status::Stopped(None));
    }
}
