//! The path of a request: text to segments.
//!
//! In: the path as it came, percent-encoded. Out: its segments.
//! Invariant: the path is cut at its slashes before anything is decoded, and never inside single quotes.

use crate::alias::Aliases;
use crate::cursor::Cursor;
use crate::path::arguments::arguments;
use crate::{Path, Segment, SyntaxError, encoding};

/// Segments of OData that this service does not have.
const UNSUPPORTED: [&str; 9] = [
    "$all",
    "$apply",
    "$crossjoin",
    "$each",
    "$entity",
    "$filter",
    "$it",
    "$query",
    "$root",
];

/// Reads a path without its leading slash. One slash at the end is tolerated.
pub(crate) fn path(encoded: &str, aliases: &Aliases) -> Result<Path, SyntaxError> {
    let trimmed = encoded.strip_suffix('/').unwrap_or(encoded);
    if trimmed.is_empty() {
        return if encoded.is_empty() {
            Ok(Path::default())
        } else {
            Err(empty_segment(encoded))
        };
    }
    let segments: Vec<Segment> = split(trimmed)
        .into_iter()
        .map(|piece| match piece {
            "" => Err(empty_segment(encoded)),
            piece => segment(&encoding::path_text(piece)?, aliases),
        })
        .collect::<Result<_, _>>()?;
    check_order(&segments, encoded)?;
    Ok(Path { segments })
}

/// `$ref`, `$count` and `$value` end a path behind a name; `$metadata` and `$batch` stand alone.
fn check_order(segments: &[Segment], path: &str) -> Result<(), SyntaxError> {
    let fits = match segments {
        [Segment::Metadata | Segment::Batch] => true,
        [
            Segment::Named { .. },
            between @ ..,
            Segment::Ref | Segment::Count | Segment::Value,
        ] => between.iter().all(is_named),
        all => all.iter().all(is_named),
    };
    if fits {
        Ok(())
    } else {
        Err(SyntaxError::MisplacedSegment { path: path.to_owned() })
    }
}

fn is_named(segment: &Segment) -> bool {
    matches!(segment, Segment::Named { .. })
}

fn segment(text: &str, aliases: &Aliases) -> Result<Segment, SyntaxError> {
    match text {
        "$ref" => return Ok(Segment::Ref),
        "$count" => return Ok(Segment::Count),
        "$value" => return Ok(Segment::Value),
        "$metadata" => return Ok(Segment::Metadata),
        "$batch" => return Ok(Segment::Batch),
        _ => {}
    }
    let name = text.split('(').next().unwrap_or_default();
    if UNSUPPORTED.contains(&name) {
        return Err(SyntaxError::unsupported("the path segment", name));
    }
    let mut cursor = Cursor::new(text, aliases);
    let name = cursor.qualified_name("the name of a resource")?.to_owned();
    let arguments = arguments(&mut cursor)?;
    cursor.finish("the end of the path segment")?;
    Ok(Segment::Named { name, arguments })
}

/// Cuts at slashes outside single quotes, which may stand as `%27`.
fn split(encoded: &str) -> Vec<&str> {
    // As long as the original, so that its places hold there too.
    let marked = encoded.replace("%27", "'__");
    let mut quoted = false;
    let mut pieces = Vec::new();
    let mut rest = encoded;
    let mut length = 0;
    for byte in marked.bytes() {
        quoted ^= byte == b'\'';
        if byte == b'/' && !quoted {
            let (piece, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
            pieces.push(piece);
            rest = behind.strip_prefix('/').unwrap_or(behind);
            length = 0;
        } else {
            length += 1;
        }
    }
    pieces.push(rest);
    pieces
}

fn empty_segment(path: &str) -> SyntaxError {
    SyntaxError::EmptySegment { path: path.to_owned() }
}
