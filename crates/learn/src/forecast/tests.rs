//! By hand, and on series that are known.

use super::*;
use crate::random::Random;

/// A week with a trend, and noise.
fn weeks(count: usize, noise: f64, seed: u64) -> Vec<f64> {
    let week = [10.0, 12.0, 11.0, 13.0, 18.0, 25.0, 20.0];
    let mut random = Random::new(seed);
    (0..count).map(|day| week[day % 7] + 0.05 * day as f64 + noise * random.normal()).collect()
}

fn params(lstm: Option<LstmParams>) -> RollingParams {
    RollingParams {
        season: 7,
        horizon: 7,
        origins: 12,
        stride: 7,
        coverage: 0.8,
        most_history: 0,
        lstm,
        drivers: Vec::new(),
    }
}

#[test]
fn by_hand() {
    assert_eq!(seasonal_naive(&[1.0, 2.0, 3.0, 4.0], 2, 3), Ok(vec![3.0, 4.0, 3.0]));
    assert_eq!(mase(1.0, &[1.0, 2.0, 4.0], 1), Some(1.0 / 1.5));
    assert_eq!(mase(1.0, &[2.0, 2.0, 2.0], 1), None, "a rule that never errs scales nothing");
}

#[test]
fn a_line_goes_on() {
    let line: Vec<f64> = (0..40).map(|step| 3.0 + 2.0 * f64::from(step)).collect();
    // Theta carries half of the slope on, which is what it is known for.
    for (said, slope) in [(ets(&line, 1, 3).unwrap(), 2.0), (theta(&line, 1, 3).unwrap(), 1.0)] {
        for (step, value) in said.iter().enumerate() {
            let wanted = 81.0 + slope * (step + 1) as f64;
            assert!((value - wanted).abs() < 0.3, "{said:?}");
        }
    }
}

#[test]
fn a_season_is_seen() {
    let series = weeks(140, 0.0, 1);
    for (name, said) in [("ets", ets(&series, 7, 7).unwrap()), ("theta", theta(&series, 7, 7).unwrap())] {
        for (step, value) in said.iter().enumerate() {
            let came = weeks(147, 0.0, 1)[140 + step];
            assert!((value - came).abs() < 1.0, "{name} at {step}: {value}, not {came}");
        }
    }
}

#[test]
fn no_origin_sees_what_comes() {
    let series = weeks(160, 1.0, 2);
    let mut other = series.clone();
    *other.last_mut().unwrap() += 100.0;
    let (one, two) = (roll(&series, &params(None)).unwrap(), roll(&other, &params(None)).unwrap());
    for (a, b) in one.iter().zip(&two) {
        let last = a.errors.len() - 1;
        assert_eq!(a.errors[..last], b.errors[..last], "{}", a.method.name());
        assert!((b.errors[last][6] - a.errors[last][6] - 100.0).abs() < 1e-9);
    }
}

#[test]
fn intervals_hold_what_they_say() {
    let params = RollingParams { origins: 120, stride: 1, ..params(None) };
    let rolled = roll(&weeks(300, 2.0, 3), &params).unwrap();
    for one in &rolled {
        let held = one.held(30..120).unwrap();
        assert!((held - 0.8).abs() < 0.1, "{}: {held}", one.method.name());
    }
}

#[test]
fn the_choice_is_no_worse_than_the_naive_rule() {
    let rolled = roll(&weeks(200, 2.0, 4), &params(None)).unwrap();
    let chosen = choose(&rolled, &params(None), &(0..12)).unwrap();
    let of = |method: Method| rolled.iter().find(|one| one.method == method).unwrap().mean_error(0..12);
    assert!(chosen.mean_error < of(Method::SeasonalNaive) && chosen.mean_error <= of(Method::Ets));
    let outlook = outlook(&weeks(200, 2.0, 4), &params(None)).unwrap();
    assert_eq!(outlook.method, chosen.method);
    let interval = outlook.interval.unwrap();
    assert!(outlook.expected.iter().zip(&interval).all(|(middle, (low, high))| low <= middle && middle <= high));
}

#[test]
fn a_gain_within_chance_leaves_the_naive_rule() {
    let one = |method: Method, errors: [f64; 4]| Rolled {
        method,
        errors: errors.iter().map(|error| vec![*error]).collect(),
        halves: vec![None; 4],
    };
    let naive = one(Method::SeasonalNaive, [10.0, 10.0, 10.0, 10.0]);
    // Gains of 9, −8, 8 and −7: a mean of .5, and a standard error of 4.6.
    let lucky = one(Method::Ets, [1.0, 18.0, 2.0, 17.0]);
    // Gains of 1, 2, 1 and 2: a mean of 1.5, and a standard error of .29.
    let steady = one(Method::Theta, [9.0, -8.0, 9.0, -8.0]);
    let chosen = |all: &[Rolled]| choose(all, &params(None), &(0..4)).unwrap().method;
    assert_eq!(chosen(&[naive.clone(), lucky.clone()]), Method::SeasonalNaive);
    assert_eq!(chosen(&[naive, lucky, steady]), Method::Theta);
}

#[test]
fn gains_of_origins_that_share_outcomes_are_news_once() {
    let one = |method: Method, errors: [f64; 8]| Rolled {
        method,
        errors: errors.iter().map(|error| vec![*error]).collect(),
        halves: vec![None; 8],
    };
    let naive = one(Method::SeasonalNaive, [10.0; 8]);
    // Gains of 3, four times, then none: a mean of 1.5 and a standard error of .57, were they news of their own.
    let streak = one(Method::Theta, [7.0, 7.0, 7.0, 7.0, 10.0, 10.0, 10.0, 10.0]);
    let chosen = |stride: usize| {
        let params = RollingParams { stride, ..params(None) };
        choose(&[naive.clone(), streak.clone()], &params, &(0..8)).unwrap().method
    };
    assert_eq!((chosen(7), chosen(1)), (Method::Theta, Method::SeasonalNaive));
}

#[test]
fn a_net_learns_a_week_and_goes_on_from_what_came() {
    let series = weeks(220, 0.5, 5);
    let lstm = LstmParams::default();
    let net = LstmForecaster::fit(&series[..200], 7, &lstm).unwrap();
    let error: f64 = net
        .forecast(&series[..210], 7)
        .unwrap()
        .iter()
        .zip(&series[210..])
        .map(|(said, came)| (said - came).abs())
        .sum::<f64>()
        / 7.0;
    assert!(error < 3.0, "{error}");
    assert_eq!(net, LstmForecaster::fit(&series[..200], 7, &lstm).unwrap(), "the same seed, the same net");
}

#[test]
fn ten_days_are_too_few_and_say_so() {
    let refused = roll(&weeks(10, 0.0, 1), &params(None)).unwrap_err();
    assert!(matches!(refused, ForecastError::TooShort { .. }), "{refused}");
}

#[test]
fn a_quick_net_is_tried_anew_at_each_origin_and_is_left_out_by_name_where_the_days_are_few() {
    let quick = || params(Some(LstmParams { epochs: 2, ..LstmParams::quick() }));
    let told = outlook(&weeks(200, 2.0, 4), &quick()).unwrap();
    assert!(told.tried.iter().any(|(method, error)| *method == Method::Lstm && error.is_some()), "{:?}", told.tried);
    assert!(told.tried.iter().all(|(method, _)| *method != Method::LstmFrozen) && told.left_out.is_empty());
    let few = RollingParams { origins: 2, ..quick() };
    let told = outlook(&weeks(44, 2.0, 4), &few).unwrap();
    assert_eq!(told.left_out, [(Method::Lstm, ForecastError::TooShort { length: 30, least: 34 })]);
    assert!(told.tried.iter().any(|(method, _)| *method == Method::SeasonalNaive));
}

#[test]
fn drivers_are_chosen_where_they_lead_and_only_there() {
    let mut random = Random::new(11);
    let mut lead = vec![0.0_f64];
    (1..500).for_each(|day| lead.push(if day % 28 == 0 { 2.0 * random.normal() } else { lead[day - 1] }));
    let led: Vec<f64> = weeks(500, 0.3, 6)
        .iter()
        .enumerate()
        .map(|(day, y)| y + if day < 28 { 0.0 } else { 4.0 * lead[day - 28] })
        .collect();
    let with = |series: &[f64], values: &[f64]| {
        let drivers = vec![Driver { name: "lead".to_owned(), values: values.to_vec() }];
        outlook(series, &RollingParams { horizon: 28, origins: 36, drivers, ..params(None) }).unwrap()
    };
    let told = with(&led, &lead);
    assert_eq!(told.method, Method::Driven, "{:?}", told.tried);
    let idle: Vec<f64> = (0..500).map(|_| random.normal()).collect();
    assert_ne!(with(&weeks(500, 2.0, 6), &idle).method, Method::Driven);
}
