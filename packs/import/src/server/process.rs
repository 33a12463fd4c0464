//! The process of a server: what it is sent, the lines that it writes, and its end.

use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::ImportError;
use crate::list::MAX_BYTES;

use super::Launch;

/// The longest line, in bytes.
const MAX_LINE: usize = 4 << 20;
/// How much of standard error is kept: its end, in bytes.
const MAX_STDERR: usize = 16 << 10;
/// How many lines may wait to be looked at, and to be written.
const WAITING: usize = 4;
const UNSENT: usize = 64;
/// How long a server has to end by itself, and then after it was asked to.
const GRACE: Duration = Duration::from_secs(2);
const SHORT_GRACE: Duration = Duration::from_millis(500);

/// What the thread says that reads standard output.
enum Read1 {
    Line(Vec<u8>),
    TooLong,
    TooMuch,
    End,
}

/// A process with its streams.
pub(super) struct Process {
    child: Child,
    input: SyncSender<String>,
    output: Receiver<Read1>,
    stderr: Arc<Mutex<VecDeque<u8>>>,
    stderr_done: Receiver<()>,
}

/// How a process ended.
pub(super) struct Ended {
    pub stderr: String,
    pub status: Option<String>,
}

impl Process {
    /// Starts the process.
    pub fn start(launch: &Launch) -> Result<Self, ImportError> {
        let Some((program, arguments)) = launch.command.split_first() else {
            return Err(ImportError::NotStarted { command: String::new(), why: "no program is named".to_owned() });
        };
        let mut command = Command::new(program);
        command.args(arguments).env_clear().envs(launch.environment.iter().map(|(k, v)| (k, v)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt as _;
            // A group of its own, so that what it starts can be stopped with it.
            command.process_group(0);
        }
        let not_started = |why: &io::Error| ImportError::NotStarted {
            command: crate::loss::shown(&program.to_string_lossy()),
            why: match why.kind() {
                io::ErrorKind::NotFound => "there is no such program".to_owned(),
                io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
                _ => why.to_string().to_lowercase(),
            },
        };
        let mut child = command.spawn().map_err(|e| not_started(&e))?;
        let (input, to_write) = sync_channel::<String>(UNSENT);
        let (said, output) = sync_channel(WAITING);
        let (done, stderr_done) = channel();
        let stderr = Arc::new(Mutex::new(VecDeque::new()));
        if let Some(mut stdin) = child.stdin.take() {
            // Writing may take for ever; the thread that asks must not.
            thread::spawn(move || {
                for line in to_write {
                    if stdin.write_all(line.as_bytes()).and_then(|()| stdin.write_all(b"\n")).and_then(|()| stdin.flush()).is_err() {
                        break;
                    }
                }
            });
        }
        if let Some(stdout) = child.stdout.take() {
            thread::spawn(move || read_lines(stdout, &said));
        }
        if let Some(from) = child.stderr.take() {
            let kept = Arc::clone(&stderr);
            thread::spawn(move || {
                keep_end(from, &kept);
                let _ = done.send(());
            });
        }
        Ok(Self { child, input, output, stderr, stderr_done })
    }

    /// Sends a line, if the server reads at all.
    pub fn send(&self, line: String) -> bool {
        // Where the writer has gone, the server has ended: that is noticed where its answer is missing.
        !matches!(self.input.try_send(line), Err(TrySendError::Full(_)))
    }

    /// Returns the next line, without its end.
    pub fn line(&self, deadline: Instant, method: &'static str, timeout: Duration) -> Result<Vec<u8>, ImportError> {
        let silent = ImportError::Silent { method, timeout_ms: timeout.as_millis() };
        // What was sent in time is looked at before the clock is, so that a stream of lines can't hold the clock up.
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(silent);
        }
        match self.output.recv_timeout(left) {
            Ok(Read1::Line(line)) => Ok(line),
            Ok(Read1::TooLong) => Err(ImportError::TooMuch("4 MiB in one line")),
            Ok(Read1::TooMuch) => Err(ImportError::TooMuch("16 MiB")),
            Ok(Read1::End) | Err(RecvTimeoutError::Disconnected) => Err(ImportError::Ended(method)),
            Err(RecvTimeoutError::Timeout) => Err(silent),
        }
    }

    /// Stops the process and everything in its group. One that has done what it was asked for is given time to end by itself.
    pub fn stop(self, in_peace: bool) -> Ended {
        let Self { mut child, input, output, stderr, stderr_done } = self;
        // The end of its input asks a server to end (2025-11-25, "Lifecycle: Shutdown").
        drop(input);
        drop(output);
        let by_itself = ended_within(&mut child, if in_peace { GRACE } else { SHORT_GRACE });
        if !by_itself {
            end_group(&child, false);
            ended_within(&mut child, SHORT_GRACE);
        }
        // What the server has started may outlive it.
        end_group(&child, true);
        let _ = child.kill();
        let status = child.wait().ok().filter(|_| by_itself).map(|status| status.to_string());
        // Its error output ends with it, unless somebody outside of the group holds it open.
        let _ = stderr_done.recv_timeout(SHORT_GRACE);
        let kept: Vec<u8> = stderr.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect();
        Ended { stderr: reach_codes::render::plain(&String::from_utf8_lossy(&kept)), status }
    }
}

fn read_lines(from: impl Read, said: &SyncSender<Read1>) {
    let mut from = BufReader::new(from);
    let mut total = 0usize;
    loop {
        let mut line = Vec::new();
        // One byte more than a line may have, so that a line that is too long is known from one that just fits.
        let read = from.by_ref().take(MAX_LINE as u64 + 2).read_until(b'\n', &mut line);
        total = total.saturating_add(line.len());
        let ended = line.pop_if(|b| *b == b'\n').is_some();
        let next = match read {
            Err(_) | Ok(0) => Read1::End,
            Ok(_) if line.len() > MAX_LINE => Read1::TooLong,
            Ok(_) if total > MAX_BYTES => Read1::TooMuch,
            // A message that was cut off is none.
            Ok(_) if !ended => Read1::End,
            Ok(_) => {
                line.pop_if(|b| *b == b'\r');
                Read1::Line(line)
            }
        };
        let goes_on = matches!(next, Read1::Line(_));
        if said.send(next).is_err() || !goes_on {
            return;
        }
    }
}

fn keep_end(mut from: impl Read, kept: &Mutex<VecDeque<u8>>) {
    let mut buffer = [0u8; 4096];
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(buffer.get(..n).unwrap_or_default());
        let over = kept.len().saturating_sub(MAX_STDERR);
        kept.drain(..over);
    }
}

/// Waits until a process has ended. On Unix it is not reaped yet: as long as it isn't, no other process can have its number.
fn ended_within(child: &mut Child, grace: Duration) -> bool {
    let until = Instant::now().checked_add(grace).unwrap_or_else(Instant::now);
    loop {
        if has_ended(child) {
            return true;
        }
        if Instant::now() >= until {
            return false;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(unix)]
fn has_ended(child: &mut Child) -> bool {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else { return true };
    !matches!(waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT), Ok(None))
}

#[cfg(not(unix))]
fn has_ended(child: &mut Child) -> bool {
    !matches!(child.try_wait(), Ok(None))
}

/// Asks all processes of the group to end, or ends them.
#[cfg(unix)]
fn end_group(child: &Child, at_once: bool) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(pid, if at_once { Signal::KILL } else { Signal::TERM });
    }
}

#[cfg(not(unix))]
fn end_group(_: &Child, _: bool) {}
