//! The device's own loop: events to its session and its handler, actions to the wire.

use core::fmt;
use std::pin::pin;

use tokio::sync::{broadcast, mpsc};
use tokio::task::JoinHandle;
use tokio::time::sleep_until;

use super::engine::Engine;
use super::io::Clock;
use crate::device::Device;
use crate::interface::Served;
use crate::mqtt::Failure;
use crate::session::Notice;
use crate::transport::{Action, Event};

/// Something that the application runs on its device.
pub(super) type Call<I> = Box<dyn FnOnce(&mut Device<I>, &mut <I as Served>::Handler<'_>) + Send>;

/// How many events are taken at once, before the device's answers go out.
const BATCH: usize = 64;

/// Runs a device: owns its session, and the task that owns the socket.
///
/// The socket lives in a task of its own, so that a handler that takes its time delays neither signs of
/// life nor telemetry; on a runtime with one thread it must not block, though. One that has to wait
/// answers [`CommandError::deferred`](crate::CommandError::deferred) or
/// [`Ack::pending`](crate::Ack::pending), and later through the
/// [`Connection`](super::Connection).
pub struct Runner<I: Served> {
    pub(super) device: Device<I>,
    pub(super) engine: Engine,
    pub(super) events: mpsc::Receiver<(u64, Event)>,
    pub(super) calls: mpsc::Receiver<Call<I>>,
    pub(super) actions: mpsc::UnboundedSender<(u64, Action)>,
    pub(super) notices: broadcast::Sender<Notice>,
    pub(super) clock: Clock,
}

/// A handler that the runner may have for a moment.
trait Lend<I: Served> {
    fn lend<R>(&mut self, take: impl FnOnce(&mut I::Handler<'_>) -> R) -> R;
}

struct Borrowed<'r, 'h, I: Served>(&'r mut I::Handler<'h>);

struct Owned<I: Served, H> {
    owner: H,
    access: for<'a> fn(&'a mut H) -> &'a mut I::Handler<'a>,
}

impl<I: Served> Lend<I> for Borrowed<'_, '_, I> {
    fn lend<R>(&mut self, take: impl FnOnce(&mut I::Handler<'_>) -> R) -> R {
        take(self.0)
    }
}

impl<I: Served, H> Lend<I> for Owned<I, H> {
    fn lend<R>(&mut self, take: impl FnOnce(&mut I::Handler<'_>) -> R) -> R {
        take((self.access)(&mut self.owner))
    }
}

/// The socket's task ends with its runner.
struct Task(JoinHandle<Result<(), Failure>>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<I: Served> Runner<I> {
    /// Connects and stays connected, calling `handler`, until
    /// [`Connection::shutdown`](super::Connection::shutdown). Needs a tokio runtime with I/O and time.
    ///
    /// # Errors
    /// The connection can't be had, and trying again will not help.
    pub async fn run(self, handler: &mut I::Handler<'_>) -> Result<(), Failure> {
        self.drive(Borrowed::<I>(handler)).await
    }

    /// As [`run`](Self::run), with a handler of its own: for `tokio::spawn`. `access` is
    /// `|handler| handler`, where `H` itself is the handler.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_owned<H>(
        self,
        handler: H,
        access: for<'a> fn(&'a mut H) -> &'a mut I::Handler<'a>,
    ) -> Result<(), Failure> {
        let owner = handler;
        self.drive(Owned::<I, H> { owner, access }).await
    }

    async fn drive(self, mut handler: impl Lend<I>) -> Result<(), Failure> {
        let Self {
            mut device,
            engine,
            mut events,
            mut calls,
            actions,
            notices,
            clock,
        } = self;
        let mut task = Task(tokio::spawn(engine.run()));
        let mut batch = Vec::with_capacity(BATCH);
        let mut number = 0;
        loop {
            device.tick(clock.now());
            while let Some(action) = device.poll_action() {
                // Where the socket's task is gone, the loop ends below.
                let _ = actions.send((number, action));
            }
            while let Some(notice) = device.poll_notice() {
                // Nobody may be listening.
                let _ = notices.send(notice);
            }
            let deadline = device.next_deadline().map(|due| clock.moment(due));
            let mut timer = pin!(sleep_until(
                deadline.unwrap_or_else(|| clock.moment(clock.now()))
            ));
            tokio::select! {
                count = events.recv_many(&mut batch, BATCH) => {
                    if count == 0 {
                        break;
                    }
                    for (connection, event) in batch.drain(..) {
                        number = connection;
                        let now = clock.now();
                        handler.lend(|handler| device.handle(event, now, handler));
                    }
                }
                Some(call) = calls.recv() => handler.lend(|handler| call(&mut device, handler)),
                () = &mut timer, if deadline.is_some() => {}
            }
        }
        match (&mut task.0).await {
            Ok(end) => end,
            Err(error) => Err(Failure::Configuration(format!(
                "the connection's task ended: {error}"
            ))),
        }
    }
}

impl<I: Served> fmt::Debug for Runner<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner").finish_non_exhaustive()
    }
}
