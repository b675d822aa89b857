//! Models compared, tuned and looked into, from outside: a table of someone's own, in every form of output.

use crate::server::{Server, new_business};
use crate::shop::run;
use plimsoll::compare::seeded::Seeded;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Loans that go bad the more often the larger and the younger they are; one column knows the answer.
fn loans(folder: &Path, rows: usize) -> PathBuf {
    let mut random = Seeded::new(11);
    let mut text = "opened,branch,amount,months,purpose,collector,bad\n".to_owned();
    for row in 0..rows {
        let (amount, months) = (1.0 + 9.0 * random.uniform(), (1.0 + 59.0 * random.uniform()).floor());
        let purpose = ["car", "house", "other"][random.below(3)];
        let odds = 0.6 * amount - 0.08 * months - 1.8 + if purpose == "car" { 0.8 } else { 0.0 };
        let bad = random.chance(1.0 / (1.0 + (-odds).exp()));
        let (month, day) = (1 + row * 12 / rows, 1 + row % 28);
        let collector = if bad { "called" } else { "" };
        let months = if random.chance(0.05) { String::new() } else { months.to_string() };
        let (branch, bad) = (row % 40, if bad { "yes" } else { "no" });
        writeln!(text, "2025-{month:02}-{day:02},{branch},{amount:.2},{months},{purpose},{collector},{bad}").unwrap();
    }
    let path = folder.join("loans.csv");
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_table_of_ones_own_is_compared_on() {
    let folder = tempfile::tempdir().unwrap();
    let (loans, page, models) = (loans(folder.path(), 900), folder.path().join("c.html"), folder.path().join("models"));
    let missing = folder.path().join("no-books");
    let base =
        ["compare", loans.to_str().unwrap(), "--label", "bad", "--quick", "--models", "majority,logistic,boost,mlp"];
    let outputs = ["--html", page.to_str().unwrap(), "--save-models", models.to_str().unwrap(), "--json"];
    let said = run(&missing, &[&base[..], &["--time", "opened", "--amount", "amount"], &outputs].concat());
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let report = said.json();
    let set = &report["sets"][0];
    assert!(set["split"].as_str().unwrap().starts_with("by time"), "{}", set["split"]);
    let notes = set["notes"].to_string();
    assert!(notes.contains("`--keep collector` keeps it"), "the leak is left out: {notes}");
    let auc = |model: usize| set["models"][model]["auc"]["value"].as_f64().unwrap();
    assert_eq!(auc(0), 0.5);
    assert!((1..4).all(|model| auc(model) > 0.7), "{set}");
    assert!(set["models"][3]["curves"]["epochs"].as_array().unwrap().len() > 3);
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.contains("ROC curve") && html.contains("<svg") && html.contains("logistic regression"));
    for elsewhere in ["http:", "https:", "src=", "<script", "@import"] {
        assert!(!html.contains(elsewhere), "the page asks for something: {elsewhere}");
    }
    assert_eq!(std::fs::read_dir(&models).unwrap().count(), 4);
    assert!(!missing.exists(), "no data directory is made");
    let grouped = run(&missing, &[&base[..], &["--group", "branch", "--drop", "opened", "--markdown"]].concat());
    assert_eq!((grouped.code, grouped.err.as_str()), (0, ""));
    assert!(
        grouped.out.contains("groups kept whole") && grouped.out.contains("| logistic regression"),
        "{}",
        grouped.out
    );
}

#[test]
fn what_cannot_be_compared_on_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let loans = loans(folder.path(), 100);
    let loans = loans.to_str().unwrap();
    for (args, says) in [
        (&["compare", loans][..], "required arguments were not provided"),
        (&["compare", loans, "--label", "badd"], "error: no column `badd`; did you mean `bad`?"),
        (&["compare", loans, "--label", "purpose"], "error: `purpose` has 3 values: `car` ("),
        (&["compare", loans, "--label", "bad", "--time", "purpose"], "in `purpose` is no time"),
        (&["compare", "--sets", "germany"], "error: no set `germany`; did you mean `german`?"),
        (&["compare", "--sets", "german", "--models", "lstn"], "error: no model `lstn`; did you mean `lstm`?"),
        (&["tune", "logit", "--set", "german"], "error: no model `logit`; did you mean"),
        (&["tune", "lstm", "--set", "german"], "error: german has no sequences, which this model sees"),
    ] {
        let said = run(&folder.path().join("none"), args);
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{args:?}: {}", said.err);
        assert!(said.err.contains(says), "{args:?}: {}", said.err);
    }
}

#[test]
fn what_is_tuned_is_taken_by_compare() {
    let folder = tempfile::tempdir().unwrap();
    let (loans, tuned) = (loans(folder.path(), 600), folder.path().join("tuned.toml"));
    let (loans, tuned) = (loans.to_str().unwrap(), tuned.to_str().unwrap());
    let missing = folder.path().join("none");
    let search = ["tune", "logistic", loans, "--label", "bad", "--drop", "opened", "--search", "grid", "--trials", "3"];
    let said = run(&missing, &[&search[..], &["--out", tuned]].concat());
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(said.out.starts_with("logistic on loans.csv: 3 trials in "), "{}", said.out);
    let text = std::fs::read_to_string(tuned).unwrap();
    assert!(text.contains("[logistic]\nlambda_l2 = "), "{text}");
    let json = run(&missing, &[&search[..], &["--json"]].concat()).json();
    assert_eq!(json["trials"].as_array().unwrap().len(), 3);
    assert!(json["best"]["logistic"]["lambda_l2"].as_f64().is_some(), "{json}");
    let compare = ["compare", loans, "--label", "bad", "--drop", "opened", "--quick", "--models", "logistic", "--json"];
    let auc = |args: &[&str]| run(&missing, args).json()["sets"][0]["models"][0]["auc"]["value"].as_f64().unwrap();
    std::fs::write(tuned, "[logistic]\nlambda_l2 = 1e4\n").unwrap();
    assert_ne!(auc(&compare), auc(&[&compare[..], &["--params", tuned]].concat()), "the parameters are used");
    std::fs::write(tuned, "[logistic]\nlambda = 1\n").unwrap();
    let said = run(&missing, &[&compare[..], &["--params", tuned]].concat());
    assert_eq!(said.code, 1);
    assert!(said.err.contains("`logistic` has no parameter `lambda`; there are lambda_l2"), "{}", said.err);
}

#[test]
fn a_model_tells_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (loans, models) = (loans(folder.path(), 600), folder.path().join("models"));
    let missing = folder.path().join("none");
    let names = "logistic,tree,forest,boost,bp_adaptive,rbf_svm,vote";
    let (loans, to) = (loans.to_str().unwrap(), models.to_str().unwrap());
    let label = ["--label", "bad", "--drop", "opened", "--drop", "purpose", "--drop", "branch"];
    let saves = ["compare", loans, "--quick", "--models", names, "--save-models", to];
    assert_eq!(run(&missing, &[&saves[..], &label].concat()).code, 0);
    for (model, says) in [
        ("logistic", "logistic regression, "),
        ("tree", "decision tree, "),
        ("forest", "random forest, "),
        ("boost", "boosted trees, 2 columns"),
        ("bp_adaptive", "perceptron, "),
        ("rbf_svm", "RBF SVM, "),
        ("vote", "ensemble, "),
    ] {
        let path = models.join(format!("loans-csv.{model}.model"));
        let said = run(&missing, &["model", "inspect", path.to_str().unwrap()]);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{model}");
        assert!(said.out.starts_with(says), "{model}: {}", said.out);
        for fact in ["sha-256", "calibration: log-odds × ", "base_rate: ", "split: ", "test_auc: ", "seed: 7", "amount"]
        {
            assert!(said.out.contains(fact), "{model} lacks {fact}: {}", said.out);
        }
        assert_eq!(said.out.contains("validation loss"), model == "bp_adaptive", "{}", said.out);
    }
    let path = models.join("loans-csv.boost.model");
    let rows = ["--rows", loans, "--label", "bad", "--positive", "yes", "--json"];
    let told = run(&missing, &[&["model", "inspect", path.to_str().unwrap()][..], &rows].concat()).json();
    assert_eq!(told["kind"], "boosted trees");
    assert!(told["columns"][0]["permutation_loss"]["mean"].as_f64().unwrap() > 0.05, "{told}");
}

#[test]
fn a_damaged_model_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (loans, models) = (loans(folder.path(), 300), folder.path().join("models"));
    let missing = folder.path().join("none");
    let saves = ["--label", "bad", "--quick", "--models", "logistic", "--save-models", models.to_str().unwrap()];
    assert_eq!(run(&missing, &[&["compare", loans.to_str().unwrap()][..], &saves].concat()).code, 0);
    let path = models.join("loans-csv.logistic.model");
    let sound = std::fs::read(&path).unwrap();
    let mut changed = sound.clone();
    *changed.last_mut().unwrap() ^= 1;
    for (bytes, says) in [
        (sound[..5].to_vec(), "ends before its head does"),
        (sound[..sound.len() - 3].to_vec(), "damaged"),
        (changed, "damaged"),
        (b"id,label\n1,2\n3,4\n".to_vec(), "begin like a model file"),
    ] {
        std::fs::write(&path, &bytes).unwrap();
        let said = run(&missing, &["model", "inspect", path.to_str().unwrap()]);
        assert_eq!((said.code, said.out.as_str()), (3, ""));
        assert!(said.err.contains(says), "{says}: {}", said.err);
    }
}

#[test]
fn the_newest_comparison_is_on_a_page() {
    let (dir, folder) = new_business();
    let none = run(&dir, &["model", "list"]);
    assert_eq!((none.code, none.out.as_str()), (0, "No model is installed: `plimsoll train` fits one.\n"));
    let server = Server::start(&dir, &[]);
    assert_eq!(server.get("/v1/models").status, 404);
    let page = server.get("/models");
    assert!(page.status == 200 && page.text.contains("plimsoll compare"), "{}", page.text);
    let loans = loans(folder.path(), 300);
    let compare = ["--label", "bad", "--quick", "--models", "majority,logistic", "--json"];
    let said = run(&dir, &[&["compare", loans.to_str().unwrap()][..], &compare].concat());
    assert_eq!(server.get("/v1/models").json(), said.json());
    let page = server.get("/models");
    assert!(page.text.contains("ROC curve") && page.text.contains("loans.csv"), "{}", page.text);
    assert!(server.get("/models?lang=zh").text.contains("模型比较"));
}
