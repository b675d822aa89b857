//! Days as people write them, whose order only the whole file can tell; a file that could be read two ways says which
//! was taken.

use jiff::civil::Date;

/// What comes first where the year does not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Order {
    DayFirst,
    MonthFirst,
}

/// The order that more of the values ask for; none where as many ask for either.
pub(crate) fn order_of<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> Option<Order> {
    let mut days: i64 = 0;
    for value in values {
        days += match (day(value.as_ref(), Some(Order::DayFirst)), day(value.as_ref(), Some(Order::MonthFirst))) {
            (Some(_), None) => 1,
            (None, Some(_)) => -1,
            _ => 0,
        };
    }
    match days {
        0 => None,
        1.. => Some(Order::DayFirst),
        _ => Some(Order::MonthFirst),
    }
}

/// A day in the file's order; where that is not known, one that can be read in one way only.
pub(crate) fn day(text: &str, order: Option<Order>) -> Option<Date> {
    let text = text.trim().replace(['年', '月'], "-").replace('日', "");
    let text = text.split([' ', 'T']).next()?;
    let mark = text.chars().find(|c| !c.is_ascii_digit());
    let parts: Vec<&str> = match mark {
        Some(mark) if matches!(mark, '-' | '/' | '.') => text.trim_end_matches(mark).split(mark).collect(),
        None if text.len() == 8 => vec![&text[..4], &text[4..6], &text[6..]],
        _ => return None,
    };
    let [first, second, third] = parts[..] else { return None };
    if first.len() == 4 {
        return date(first, second, third);
    }
    let order = if mark == Some('.') { Some(Order::DayFirst) } else { order };
    let (day_first, month_first) = (date(third, second, first), date(third, first, second));
    match order {
        Some(Order::DayFirst) => day_first,
        Some(Order::MonthFirst) => month_first,
        None if day_first.is_none() || day_first == month_first => month_first,
        None => day_first.filter(|_| month_first.is_none()),
    }
}

/// What to say of a file whose values could be read two ways: which was taken, and by which value.
pub(crate) fn note<T: AsRef<str>>(values: impl IntoIterator<Item = T>, order: Option<Order>) -> Option<String> {
    let order = order?;
    let (mut ambiguous, mut deciding) = (None, None);
    for value in values {
        let text = value.as_ref().trim();
        let [one, other] = [Order::DayFirst, Order::MonthFirst].map(|order| day(text, Some(order)));
        let found = match (one, other) {
            (Some(one), Some(other)) if one != other => &mut ambiguous,
            (Some(_), None) | (None, Some(_)) => &mut deciding,
            _ => continue,
        };
        found.get_or_insert_with(|| text.to_owned());
    }
    Some(told(order, &ambiguous?, deciding.as_deref()))
}

/// `days such as 03/04/2026 are read month first, since 9/19/2017 can be read in no other way`.
pub(crate) fn told(order: Order, ambiguous: &str, deciding: Option<&str>) -> String {
    let order = if order == Order::DayFirst { "day first" } else { "month first" };
    let why = match deciding {
        Some(text) => format!("since `{text}` can be read in no other way"),
        None => "as such files usually are".to_owned(),
    };
    format!("days such as `{ambiguous}` are read {order}, {why}")
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let is_number = |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !(matches!(year.len(), 2 | 4) && is_number(year, 4) && is_number(month, 2) && is_number(day, 2)) {
        return None;
    }
    let century = if year.len() == 2 { 2000 } else { 0 };
    Date::new(century + year.parse::<i16>().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_could_be_read_two_ways_says_which_was_taken() {
        for (values, said) in [
            (vec!["03/04/2026", "9/19/2017 9:45"], Some("`03/04/2026` are read month first, since `9/19/2017 9:45`")),
            (vec!["19/9/2017", "03/04/2026"], Some("`03/04/2026` are read day first, since `19/9/2017`")),
            (vec!["03/04/2026", "04/05/2026"], None),
            (vec!["2026-04-03", "03.04.2026"], None),
            (vec!["9/19/2017", "5/5/2026"], None),
            (vec!["29/02/2024", "01/02/2024"], Some("`01/02/2024` are read day first, since `29/02/2024`")),
        ] {
            let found = note(&values, order_of(&values));
            match said {
                Some(said) => assert!(found.as_ref().is_some_and(|found| found.contains(said)), "{found:?}"),
                None => assert_eq!(found, None, "{values:?}"),
            }
        }
        assert_eq!(order_of(["29/02/2023"]), None, "no year has that day either way");
    }
}
