//! Command lines, beside the parser that finds no commands.

use std::hint::black_box;

use reach_values::shell::parse;

const STATUS: &str = "git status";
const PIPE: &str = "grep -rn 'fn main' src/ 2>/dev/null | sort -u > /tmp/found.txt && head -20 /tmp/found.txt";

/// A script of 2 KiB, most of it a here-document.
fn script() -> String {
    format!(
        "cat > notes.md <<'EOF'\n{}EOF\ngit add notes.md && git commit -m \"$(date)\"\n",
        "A line of text that isn't a command; rm -rf $HOME `id`\n".repeat(36)
    )
}

fn brush(text: &str) -> bool {
    let options = brush_parser::ParserOptions::default();
    let tokens = brush_parser::uncached_tokenize_str(text, &options.tokenizer_options());
    tokens.is_ok_and(|t| brush_parser::parse_tokens(&t, &options, &brush_parser::SourceInfo::default()).is_ok())
}

#[divan::bench]
fn status() -> usize {
    parse(black_box(STATUS)).commands.len()
}

#[divan::bench]
fn status_brush() -> bool {
    brush(black_box(STATUS))
}

#[divan::bench]
fn pipe() -> usize {
    parse(black_box(PIPE)).commands.len()
}

#[divan::bench]
fn pipe_brush() -> bool {
    brush(black_box(PIPE))
}

#[divan::bench]
fn here_document(bencher: divan::Bencher<'_, '_>) {
    let text = script();
    bencher.bench(|| parse(black_box(&text)).commands.len());
}

#[divan::bench]
fn here_document_brush(bencher: divan::Bencher<'_, '_>) {
    let text = script();
    bencher.bench(|| brush(black_box(&text)));
}
