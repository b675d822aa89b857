//! Card numbers go, and what only looks like one stays. The numbers are the schemes' published test numbers.

use super::*;

fn told(text: &str) -> (String, u64) {
    let masked = mask(text.as_bytes());
    assert_eq!(masked.bytes.len(), text.len(), "no byte moves");
    (String::from_utf8(masked.bytes.clone().into_owned()).unwrap(), masked.count())
}

#[test]
fn a_card_number_is_masked_in_every_kind_of_file() {
    for (text, masked) in [
        ("note\npaid 4111111111111111 today\n", "note\npaid 411111******1111 today\n"),
        ("a,memo\n1,card 5555 5555 5555 4444 exp 12/27\n", "a,memo\n1,card 5555 55** **** 4444 exp 12/27\n"),
        ("a;b\n1;3782-822463-10005\n", "a;b\n1;3782-82****-*0005\n"),
        ("a\tcard_number\n1\t378282246310005\n", "a\tcard_number\n1\t378282*****0005\n"),
        ("<a><Ustrd>4000056655665556</Ustrd></a>", "<a><Ustrd>400005******5556</Ustrd></a>"),
        (r#"<a pan="6011111111111117"/>"#, r#"<a pan="601111******1117"/>"#),
        (r#"{"note": "3566002020360505"}"#, r#"{"note": "356600******0505"}"#),
        (r#"{"note": 4111111111111111}"#, r#"{"note": 4111110000001111}"#),
        (":86:KARTE 30569309025904 ZAHLUNG\n", ":86:KARTE 305693****5904 ZAHLUNG\n"),
        ("a,memo\n1,\"x, 6200000000000005\"\n", "a,memo\n1,\"x, 620000******0005\"\n"),
    ] {
        assert_eq!(told(text), (masked.to_owned(), 1), "{text}");
    }
}

#[test]
fn what_only_looks_like_one_stays() {
    for text in [
        "a,b\n1,4111111111111112\n",    // the last digit is wrong
        "a,b\n1,1234567812345670\n",    // Luhn holds, nobody issues it
        "a,b\n1,411111111111111\n",     // Visa has no 15 digits
        "a,b\n1,4111111111111111.00\n", // an amount
        "a,b\n1,0.4111111111111111\n",  // a share
        "a,b\n1,ch_4111111111111111\n", // a name
        "a,b\n1,x4111111111111111\n",
        "a,b\n1,4111111111111111e3\n",
        "a,b\n1,111-4111111111111111\n",
        "a,b\n1,DE89 3704 0044 0532 0130 00\n", // an IBAN
        "a,b\n1,GB82 WEST 1234 5698 7654 32\n",
        "a,order_id\n1,4111111111111111\n",         // an id
        "a,b\n1,20110309121314\n1,1700000000000\n", // times
        "a,b\n1,113-0013318-7697855\n",             // an Amazon order
        "a,b\n1,4111 1111-1111 1111\n",             // nobody prints one so
    ] {
        assert_eq!(told(text), (text.to_owned(), 0), "{text}");
    }
}

#[test]
fn a_column_of_numbers_is_ids_where_most_of_them_are_no_cards() {
    let row = |number: u64| format!("x,{number}\n");
    let ids: String = (0..500).map(|step| row(4_000_000_000_000_000 + 7_919_919 * step)).collect();
    let text = format!("name,value\n{ids}");
    assert_eq!(told(&text), (text.clone(), 0));
    let cards = ["4111111111111111", "5555555555554444", "378282246310005", "6011111111111117"];
    let rows: String = cards.iter().map(|card| format!("x,{card}\n")).collect();
    assert_eq!(told(&format!("name,value\n{rows}")).1, 4);
    assert_eq!(told(&format!("name,reference\n{rows}")).1, 4, "a column of references that holds cards alone");
    assert_eq!(told(&format!("name,reference\n{rows}x,4111111111111112\n")).1, 0);
}

#[test]
fn utf_16_is_masked_in_place() {
    for (mark, big) in [([0xff, 0xfe], false), ([0xfe, 0xff], true)] {
        let wide = |text: &str| {
            let units = text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
            mark.into_iter().chain(units).collect::<Vec<u8>>()
        };
        let masked = mask(&wide("né;memo\n1;4111111111111111\n")).bytes.into_owned();
        assert_eq!(masked, wide("né;memo\n1;411111******1111\n"));
    }
}

#[test]
fn the_fields_are_named_and_masking_again_finds_nothing() {
    let text = "card,memo\n4111111111111111,x\n5555555555554444,378282246310005\n";
    let masked = mask(text.as_bytes());
    assert_eq!(masked.fields, BTreeMap::from([("card".to_owned(), 2), ("memo".to_owned(), 1)]));
    assert_eq!(mask(&masked.bytes).count(), 0);
}

/// Luhn's own example, and Visa's test number by hand: 8+1+2+1+2+1+2+1+2+1+2+1+2+1+2+1 = 30.
#[test]
fn the_last_digit_makes_the_sum_a_ten() {
    for (number, holds) in [("79927398713", true), ("4111111111111111", true), ("79927398710", false)] {
        assert_eq!(passes_luhn(number.as_bytes()), holds, "{number}");
    }
}

/// Random ids of 16 digits, a hundred thousand of them in a column without a telling name: none is taken for a card.
#[test]
fn of_random_ids_none_is_masked() {
    let mut state = 7_u64;
    let mut text = String::from("name,value\n");
    let mut like = 0;
    for _ in 0..100_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let number = format!("{:016}", (state >> 8) % 10_000_000_000_000_000);
        like += u64::from(issuer::issues(number.as_bytes()) && passes_luhn(number.as_bytes()));
        text.push_str(&format!("x,{number}\n"));
    }
    let masked = mask(text.as_bytes()).count();
    println!("card numbers: of 100,000 random ids {like} look like one, {masked} are masked");
    assert_eq!(masked, 0);
    assert!((1_500..3_500).contains(&like), "{like}");
}

/// Every text file of the real samples: what is masked there is printed with its field.
#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
#[expect(clippy::disallowed_methods, reason = "the data that may not ship")]
fn of_the_real_samples_only_cards_are_masked() {
    let root = std::path::PathBuf::from(option_env!("PLIMSOLL_DATA").unwrap_or_default());
    let mut folders = vec![root.join("formats"), root.join("shops")];
    let (mut files, mut masked) = (0, 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let packed = std::fs::read(&path).unwrap();
            let unpacked = flate2::read::MultiGzDecoder::new(&packed[..]);
            let mut bytes = Vec::new();
            if std::io::Read::read_to_end(&mut { unpacked }, &mut bytes).is_err() {
                bytes = packed;
            }
            let found = mask(&bytes);
            files += 1;
            masked += found.count();
            if found.count() > 0 {
                println!("{}: {:?}", path.display(), found.fields);
            }
        }
    }
    println!("card numbers: {masked} masked in {files} real files");
    assert_eq!(masked, 0, "see above: none of the samples holds one");
}
