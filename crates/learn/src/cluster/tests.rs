//! Groups that are there are found, and neighbours are those of brute force.

use super::kd_tree::KdTree;
use super::points::squared_distance;
use super::*;
use crate::random::Random;
use proptest::prelude::*;

/// Three groups of forty around (0, 0), (10, 0) and (0, 10).
fn groups() -> Points {
    let mut random = Random::new(1);
    let mut values = Vec::new();
    for index in 0..120 {
        let centre = [[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]][index % 3];
        values.extend(centre.map(|at| at + random.uniform()));
    }
    Points::new(2, values).unwrap()
}

fn kmeans(clusters: usize, points: &Points) -> KMeans {
    KMeansParams { clusters, ..KMeansParams::default() }.check().unwrap().fit(points).unwrap()
}

#[test]
fn groups_are_found() {
    let points = groups();
    let by_hand: Vec<usize> = (0..120).map(|index| index % 3).collect();
    let found = kmeans(3, &points);
    assert_eq!(found.cluster_of, by_hand);
    assert_eq!(found, kmeans(3, &points));
    let placed: Vec<Option<usize>> = by_hand.into_iter().map(Some).collect();
    let dense = DbscanParams { radius: 1.0, least_points: 4 }.check().unwrap();
    assert_eq!(dense.cluster(&points), placed);
    assert!(silhouette(&points, &placed).unwrap() > 0.9);
    assert!(kmeans(4, &points).inertia < found.inertia && kmeans(2, &points).inertia > found.inertia);
    for index in 0..120 {
        assert_eq!(found.nearest(points.point(index)).0, found.cluster_of[index]);
    }
}

#[test]
fn centres_are_the_means_of_their_points() {
    let found = kmeans(1, &Points::new(1, vec![1.0, 2.0, 6.0]).unwrap());
    assert_eq!((found.centre(0), found.inertia), ([3.0].as_slice(), 14.0));
}

#[test]
fn noise_belongs_to_no_cluster_and_edges_to_the_first() {
    // 0 1 2 are a chain, 9 is alone; with three points to a core, 0 and 2 are edges.
    let points = Points::new(1, vec![0.0, 1.0, 2.0, 9.0]).unwrap();
    let found = |least_points| DbscanParams { radius: 1.0, least_points }.check().unwrap().cluster(&points);
    assert_eq!(found(3), [Some(0), Some(0), Some(0), None]);
    assert_eq!(found(4), [None; 4]);
    assert_eq!(found(1), [Some(0), Some(0), Some(0), Some(1)]);
}

#[test]
fn equal_points_make_one_cluster() {
    let found = kmeans(3, &Points::new(2, vec![5.0; 20]).unwrap());
    assert_eq!((found.clusters(), found.inertia), (1, 0.0));
    assert_eq!(silhouette(&Points::new(1, vec![1.0; 4]).unwrap(), &[Some(0), Some(0), Some(1), Some(1)]), Ok(0.0));
}

#[test]
fn what_can_not_be_grouped_is_named() {
    assert_eq!(Points::new(2, vec![]), Err(ClusterError::NoPoints));
    assert_eq!(Points::new(2, vec![1.0; 3]), Err(ClusterError::ValueCountDiffers { columns: 2, values: 3 }));
    assert_eq!(Points::new(2, vec![0.0, 0.0, 0.0, f64::NAN]), Err(ClusterError::ValueNotFinite { point: 1 }));
    let points = Points::new(1, vec![1.0, 2.0]).unwrap();
    let many = KMeansParams { clusters: 3, ..KMeansParams::default() }.check().unwrap().fit(&points);
    assert_eq!(many, Err(ClusterError::TooFewPoints { points: 2, clusters: 3 }));
    assert_eq!(silhouette(&points, &[Some(1), None]), Err(ClusterError::OneClusterOnly));
    assert_eq!(silhouette(&points, &[]), Err(ClusterError::LengthsDiffer { points: 2, clusters: 0 }));
    assert_eq!(DbscanParams { radius: f64::NAN, least_points: 1 }.check().unwrap_err().parameter, "radius");
}

proptest! {
    #[test]
    fn the_tree_finds_what_brute_force_finds(
        values in proptest::collection::vec(0_i8..12, 2..240), radius in 0.5_f64..6.0,
    ) {
        let even = values.len() / 2 * 2;
        let points = Points::new(2, values[..even].iter().map(|&value| f64::from(value)).collect()).unwrap();
        let tree = KdTree::new(&points);
        for index in 0..points.count() {
            let near = |other: &usize| squared_distance(points.point(index), points.point(*other)) <= radius * radius;
            let wanted: Vec<usize> = (0..points.count()).filter(near).collect();
            prop_assert_eq!(tree.within(points.point(index), radius), wanted);
        }
    }

    #[test]
    fn no_point_has_a_nearer_centre(values in proptest::collection::vec(-50_i8..50, 6..90), clusters in 1_usize..4) {
        let points = Points::new(1, values.iter().map(|&value| f64::from(value)).collect()).unwrap();
        let found = kmeans(clusters, &points);
        let sum: f64 = (0..points.count())
            .map(|index| {
                let own = squared_distance(found.centre(found.cluster_of[index]), points.point(index));
                assert!(own <= found.nearest(points.point(index)).1 + 1e-9);
                own
            })
            .sum();
        prop_assert!((sum - found.inertia).abs() < 1e-6);
    }
}
