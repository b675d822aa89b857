//! Writes instance documents: a context and a unit for each that facts name.

use domain::{Accuracy, FactPeriod, FactValue, StatementFact};
use std::fmt::Write;

/// The document of these facts; `schema` is the file name of the filing's own taxonomy.
pub fn write(schema: &str, facts: &[StatementFact]) -> Vec<u8> {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<xbrl xmlns=\"http://www.xbrl.org/2003/instance\" \
         xmlns:link=\"http://www.xbrl.org/2003/linkbase\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         xmlns:xbrldi=\"http://xbrl.org/2006/xbrldi\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n",
    );
    let schema = escaped(schema);
    // Writing to a string cannot fail.
    let _ = writeln!(out, "<link:schemaRef xlink:type=\"simple\" xlink:href=\"{schema}\"/>");
    for (index, fact) in facts.iter().enumerate() {
        push_context(&mut out, index, fact);
        push_unit(&mut out, index, &fact.unit);
        push_fact(&mut out, index, fact);
    }
    out.push_str("</xbrl>\n");
    out.into_bytes()
}

fn push_context(out: &mut String, index: usize, fact: &StatementFact) {
    let period = match fact.period {
        FactPeriod::Instant(day) => format!("<instant>{day}</instant>"),
        FactPeriod::Duration { start, end } => format!("<startDate>{start}</startDate><endDate>{end}</endDate>"),
        FactPeriod::Forever => "<forever/>".to_owned(),
    };
    let member = |(axis, member): &(String, String)| {
        let (axis, member) = (escaped(axis), escaped(member));
        format!("<xbrldi:explicitMember dimension=\"{axis}\">{member}</xbrldi:explicitMember>")
    };
    let members: String = fact.dimensions.iter().map(member).collect();
    let segment = if members.is_empty() { members } else { format!("<segment>{members}</segment>") };
    let entity = escaped(&fact.entity);
    let _ = writeln!(
        out,
        "<context id=\"c{index}\"><entity><identifier scheme=\"http://www.sec.gov/CIK\">{entity}</identifier>{segment}\
         </entity><period>{period}</period></context>"
    );
}

fn push_unit(out: &mut String, index: usize, unit: &str) {
    let measure = |name: &str| format!("<measure>{}</measure>", escaped(name));
    let body = match unit.split_once('/') {
        _ if unit.is_empty() => return,
        None => measure(unit),
        Some((above, below)) => format!(
            "<divide><unitNumerator>{}</unitNumerator><unitDenominator>{}</unitDenominator></divide>",
            measure(above),
            measure(below)
        ),
    };
    let _ = writeln!(out, "<unit id=\"u{index}\">{body}</unit>");
}

fn push_fact(out: &mut String, index: usize, fact: &StatementFact) {
    let unit = if fact.unit.is_empty() { String::new() } else { format!(" unitRef=\"u{index}\"") };
    let accuracy = match fact.accuracy {
        None => String::new(),
        Some(Accuracy::Decimals(places)) => format!(" decimals=\"{places}\""),
        Some(Accuracy::Precision(digits)) => format!(" precision=\"{digits}\""),
        Some(Accuracy::Exact) => " decimals=\"INF\"".to_owned(),
    };
    let (nil, text) = match &fact.value {
        FactValue::Number(number) => ("", number.to_string()),
        FactValue::Text(text) => ("", escaped(text)),
        FactValue::Nil => (" xsi:nil=\"true\"", String::new()),
    };
    let concept = &fact.concept;
    let _ = writeln!(out, "<{concept} contextRef=\"c{index}\"{unit}{accuracy}{nil}>{text}</{concept}>");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\r', "&#13;")
}
