//! Detectors.

use crate::detect::Detector;

/// Looks for everything in any text: what is found is sorted, apart and on boundaries of characters, and `is_in` agrees.
pub fn fuzz_detect(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for detector in Detector::ALL {
        let (mut end, mut any) = (0, false);
        detector.find(&text, &mut |range| {
            assert!(end <= range.start && range.start < range.end, "ranges are sorted and apart");
            assert!(text.get(range.clone()).is_some(), "ranges are on boundaries");
            (end, any) = (range.end, true);
            true
        });
        assert_eq!(detector.is_in(&text), any, "both searches agree");
    }
}
