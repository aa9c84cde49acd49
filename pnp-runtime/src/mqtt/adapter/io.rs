//! The one place where bytes cross a socket.

use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use pnp_mqtt::Client;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::timeout;

use super::dial::Wire;
use crate::mqtt::Link;
use crate::session::Instant;

/// Bytes read at once: as many as a TLS record has at most.
const BUFFER: usize = 16 * 1024;

/// How long a goodbye may take.
const FAREWELL: Duration = Duration::from_secs(2);

/// Whose bytes are carried.
pub(super) trait Speaker {
    fn output(&self) -> &[u8];
    fn written(&mut self, count: usize, now: Instant);
}

impl<T> Speaker for Link<T> {
    fn output(&self) -> &[u8] {
        self.output()
    }

    fn written(&mut self, count: usize, now: Instant) {
        self.written(count, now);
    }
}

impl<T> Speaker for Client<T> {
    fn output(&self) -> &[u8] {
        self.output()
    }

    fn written(&mut self, count: usize, now: Instant) {
        self.written(count, now.as_millis());
    }
}

/// The clock of a connection; its zero is when it was made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    zero: tokio::time::Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self {
            zero: tokio::time::Instant::now(),
        }
    }

    pub(super) fn now(self) -> Instant {
        let passed = self.zero.elapsed().as_millis();
        Instant::from_millis(u64::try_from(passed).unwrap_or(u64::MAX))
    }

    /// The moment of a reading, at most a day from now: far enough to look again.
    pub(super) fn moment(self, reading: Instant) -> tokio::time::Instant {
        let latest = self.now() + Duration::from_secs(24 * 3600);
        self.zero + Duration::from_millis(reading.min(latest).as_millis())
    }
}

/// Seconds since 1970, by the system's clock.
pub(super) fn unix_now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |since| since.as_secs())
}

/// A stream with what is needed to read and write it in one step.
pub(super) struct Io {
    wire: Box<dyn Wire>,
    buffer: Vec<u8>,
    /// Bytes were written since the last flush.
    dirty: bool,
}

impl Io {
    pub(super) fn new(wire: Box<dyn Wire>) -> Self {
        Self {
            wire,
            buffer: vec![0; BUFFER],
            dirty: false,
        }
    }

    /// Writes what `speaker` has to say, all of it in as few pieces as the stream takes, and reads
    /// what there is: ready with the number of bytes read, 0 at the end of the stream.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        speaker: &mut dyn Speaker,
        clock: Clock,
    ) -> Poll<io::Result<usize>> {
        // A peer may say why it closes; what it said is read before a failing write counts.
        let written = self.poll_write(cx, speaker, clock);
        let mut space = ReadBuf::new(&mut self.buffer);
        match Pin::new(&mut self.wire).poll_read(cx, &mut space) {
            Poll::Ready(Ok(())) => Poll::Ready(Ok(space.filled().len())),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => match written {
                Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
                Poll::Ready(Ok(())) | Poll::Pending => Poll::Pending,
            },
        }
    }

    /// The bytes read last.
    pub(super) fn bytes(&self, count: usize) -> &[u8] {
        self.buffer.get(..count).unwrap_or_default()
    }

    /// Writes what is left to say, and closes.
    pub(super) async fn farewell(mut self, rest: &[u8]) {
        let goodbye = async {
            self.wire.write_all(rest).await?;
            self.wire.shutdown().await
        };
        // Nobody is left who could do something about a failure.
        let _ = timeout(FAREWELL, goodbye).await;
    }

    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        speaker: &mut dyn Speaker,
        clock: Clock,
    ) -> Poll<io::Result<()>> {
        while !speaker.output().is_empty() {
            match ready!(Pin::new(&mut self.wire).poll_write(cx, speaker.output()))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => speaker.written(count, clock.now()),
            }
            self.dirty = true;
        }
        if self.dirty {
            ready!(Pin::new(&mut self.wire).poll_flush(cx))?;
            self.dirty = false;
        }
        Poll::Ready(Ok(()))
    }
}
