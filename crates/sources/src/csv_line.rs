//! Writing comma-separated lines (RFC 4180 quoting, `\n` line ends), for the formats that we also make.

/// Appends one line. A field is quoted only where it must be, so files stay small and easy to compare.
pub(crate) fn push(out: &mut Vec<u8>, fields: &[&str]) {
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push_field(out, field);
    }
    out.push(b'\n');
}

fn push_field(out: &mut Vec<u8>, field: &str) {
    if !field.contains([',', '"', '\n', '\r']) {
        out.extend_from_slice(field.as_bytes());
        return;
    }
    out.push(b'"');
    out.extend_from_slice(field.replace('"', "\"\"").as_bytes());
    out.push(b'"');
}
