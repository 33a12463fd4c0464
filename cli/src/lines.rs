//! Lines of a stream, each in bounded memory.

use std::io::{self, BufRead as _, BufReader, Read};

/// Reads lines of at most a number of bytes; of a longer one the beginning is kept and the rest is read past.
pub struct Lines<R> {
    input: BufReader<R>,
    limit_bytes: usize,
    line: Vec<u8>,
    number: u64,
}

impl<R: Read> Lines<R> {
    /// Returns the lines of an input. A line that is longer than `limit_bytes` comes as its first `limit_bytes + 1` bytes, so that it can be told.
    pub fn new(input: R, limit_bytes: usize) -> Self {
        Self::with_buffer(input, limit_bytes, 64 << 10)
    }

    fn with_buffer(input: R, limit_bytes: usize, buffer_bytes: usize) -> Self {
        Self { input: BufReader::with_capacity(buffer_bytes, input), limit_bytes, line: Vec::new(), number: 0 }
    }

    /// Reads the next line, without its end; none at the end of the input. `before_waiting` is called whenever reading may have to wait:
    /// what was answered so far must be on its way by then, or two that wait for each other wait for ever.
    ///
    /// # Errors
    /// When the input can't be read, or what `before_waiting` returns.
    pub fn next<E: From<io::Error>>(&mut self, mut before_waiting: impl FnMut() -> Result<(), E>) -> Result<Option<&[u8]>, E> {
        self.line.clear();
        let mut length: usize = 0;
        let mut any = false;
        loop {
            if self.input.buffer().is_empty() {
                before_waiting()?;
            }
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e.into()),
            };
            if chunk.is_empty() {
                break;
            }
            any = true;
            let end = chunk.iter().position(|b| *b == b'\n');
            let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
            // Two bytes more than the limit: a carriage return may go.
            let room = self.limit_bytes.saturating_add(2).saturating_sub(self.line.len());
            self.line.extend_from_slice(part.get(..room.min(part.len())).unwrap_or_default());
            length = length.saturating_add(part.len());
            let used = part.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        self.number += 1;
        if length == self.line.len() && self.line.last() == Some(&b'\r') {
            self.line.pop();
        }
        self.line.truncate(self.limit_bytes.saturating_add(1));
        Ok(Some(&self.line))
    }

    /// Returns the number of the line that was read last, from 1.
    pub const fn number(&self) -> u64 {
        self.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8], limit: usize, buffer: usize) -> Vec<Vec<u8>> {
        let mut lines = Lines::with_buffer(text, limit, buffer);
        let mut out = Vec::new();
        while let Some(line) = lines.next(|| io::Result::Ok(())).unwrap() {
            out.push(line.to_vec());
        }
        assert_eq!(lines.number(), out.len() as u64);
        out
    }

    #[test]
    fn lines_end_in_a_line_feed_with_or_without_a_carriage_return_or_at_the_end() {
        for buffer in [1, 2, 3, 100] {
            assert_eq!(all(b"a\nbc\r\n\n\nd", 10, buffer), [b"a".to_vec(), b"bc".to_vec(), vec![], vec![], b"d".to_vec()]);
            assert_eq!(all(b"", 10, buffer), Vec::<Vec<u8>>::new());
            assert_eq!(all(b"a\n", 10, buffer), [b"a".to_vec()]);
        }
    }

    #[test]
    fn of_a_line_beyond_the_limit_one_byte_more_than_the_limit_is_kept() {
        for buffer in [1, 3, 100] {
            assert_eq!(all(b"1234\n12345\n123456\nx\n", 4, buffer), [b"1234".to_vec(), b"12345".to_vec(), b"12345".to_vec(), b"x".to_vec()]);
        }
    }

    #[test]
    fn a_carriage_return_within_a_line_beyond_the_limit_does_not_make_it_fit() {
        assert_eq!(all(b"1234\r5678\n", 4, 3), [b"1234\r".to_vec()]);
        assert_eq!(all(b"1234\r\n", 4, 3), [b"1234".to_vec()]);
    }

    #[test]
    fn answers_are_sent_before_the_reader_waits_and_not_at_each_line() {
        let mut lines = Lines::new(&b"a\nb\nc\n"[..], 10);
        let mut log = Vec::new();
        while let Some(line) = lines
            .next(|| {
                log.push("sent".to_owned());
                io::Result::Ok(())
            })
            .unwrap()
            .map(|l| String::from_utf8_lossy(l).into_owned())
        {
            log.push(line);
        }
        assert_eq!(log, ["sent", "a", "b", "c", "sent"]);
    }
}
