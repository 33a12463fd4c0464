//! Reach: sources become a verified image; sessions read events.

use std::hint::black_box;
use std::sync::Arc;

use reach_codes::Sources;
use reach_compiler::ir::Bundle;
use reach_compiler::{Limits, compile};
use reach_engine::{Effect, Options, Session, read_entities};
use reach_evaluator::VerifiedImage;
use reach_evaluator::image::Image;

use crate::calls::Calls;
use crate::subject::{Subject, looped};
use crate::workload::authorization::store::Store;
use crate::workload::authorization::{App, Request as Asked};

/// Parses and checks.
///
/// # Errors
/// The first mistake.
pub fn check(files: &[(String, String)]) -> Result<Bundle, String> {
    let mut sources = Sources::new();
    for (name, text) in files {
        sources.add(name.as_str(), text.as_str());
    }
    let compiled = compile(sources, &Limits::default());
    if let Some(wrong) = compiled.diagnostics.iter().find(|d| d.is_error()) {
        return Err(wrong.message.clone());
    }
    compiled.bundle.ok_or_else(|| "no bundle".to_owned())
}

/// Builds an image, as bytes.
///
/// # Errors
/// The first mistake.
pub fn image_bytes(files: &[(String, String)]) -> Result<Vec<u8>, String> {
    Ok(reach_compiler::lower::lower(&check(files)?).map_err(|d| d.message)?.encode())
}

/// Loads an image from its bytes.
///
/// # Errors
/// When it doesn't verify.
pub fn load(bytes: &[u8]) -> Result<Arc<VerifiedImage>, String> {
    Ok(Arc::new(Image::decode(bytes).map_err(|e| e.to_string())?.verify().map_err(|e| e.to_string())?))
}

/// Builds an image and loads it.
///
/// # Errors
/// The first mistake.
pub fn image(files: &[(String, String)]) -> Result<Arc<VerifiedImage>, String> {
    load(&image_bytes(files)?)
}

/// Begins a session.
#[must_use]
pub fn session(image: &Arc<VerifiedImage>, start: Option<&str>) -> Session {
    let mut session = Session::new(Arc::clone(image), "", Options::default());
    if let Some(start) = start {
        session.event(start);
    }
    session
}

/// Decides lines.
///
/// # Errors
/// When the policy can't be built.
pub fn lines(calls: &Calls) -> Result<Box<dyn Subject>, String> {
    let mut session = session(&image(&calls.reach)?, calls.start.as_deref());
    let lines: Vec<String> = calls.calls.iter().map(|c| c.line.clone()).collect();
    Ok(looped(move |step| session.decide(&lines[step]).effect == Effect::Permit))
}

/// Decides steps that were read before.
///
/// # Errors
/// When the policy can't be built.
pub fn evaluation(calls: &Calls) -> Result<Box<dyn Subject>, String> {
    let sessions = vec![session(&image(&calls.reach)?, calls.start.as_deref())];
    let steps = calls.calls.iter().map(|c| (0, c.line.clone())).collect();
    Ok(Box::new(Evaluation { sessions, steps }))
}

/// Decides requests about entities: who asks is the context of a session, what is wanted is a tool.
///
/// # Errors
/// When policy or data can't be built.
pub fn authorization(app: App, store: &Store, asked: &[Asked]) -> Result<Box<dyn Subject>, String> {
    let image = image(&[("policy.reach".to_owned(), app.policies.reach.to_owned())])?;
    let entities = Arc::new(read_entities(&image, &store.to_reach_json().to_string()).map_err(|e| e.to_string())?);
    let (mut sessions, mut steps) = (Vec::new(), Vec::new());
    for (n, request) in asked.iter().enumerate() {
        let mut session = Session::new(Arc::clone(&image), "", Options { entities: Some(Arc::clone(&entities)), ..Options::default() });
        let me = &store.get(request.principal).id;
        session.event(&serde_json::json!({ "type": "start", "context": { "me": me }, "at": "2026-01-01T00:00:00Z" }).to_string());
        sessions.push(session);
        let (name, resource) = (app.actions[request.action], store.get(request.resource));
        // A tool's argument is called as its type.
        let args = serde_json::json!({ (resource.ty.to_lowercase()): resource.id });
        steps.push((n, serde_json::json!({ "type": "call", "id": "c", "name": name, "args": args, "at": "2026-01-01T00:00:01Z" }).to_string()));
    }
    Ok(Box::new(Evaluation { sessions, steps }))
}

struct Evaluation {
    sessions: Vec<Session>,
    /// For each step its session, and the event.
    steps: Vec<(usize, String)>,
}

impl Subject for Evaluation {
    fn repeat(&mut self, step: usize, times: u64) -> u64 {
        let (session, line) = &self.steps[step];
        let permitted = self.sessions[*session]
            .with_step(line, |step| (0..times).map(|_| u64::from(black_box(black_box(&mut *step).decide()).effect == Effect::Permit)).sum());
        permitted.expect("a step that fits")
    }
}
