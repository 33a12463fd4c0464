//! `V0xxx`: images.

use crate::Example;

codes! {
    NOT_AN_IMAGE = "V0001" "not-an-image" Error {
        "the file is not a compiled image",
        "An image begins with the eight bytes `REACHIMG`. This file begins with something else: perhaps it is a policy source, which is given to `reach` as it is.",
        Example::None
    }
    IMAGE_VERSION = "V0002" "image-version" Error {
        "the image was made for another version",
        "An image carries the version of its format and of the language's meaning. An image of another version is never run, because the same bytes may mean something else. \
         An image is only a cache of its sources: compile them again with this version.",
        Example::None
    }
    IMAGE_DAMAGED = "V0003" "image-damaged" Error {
        "the image is cut off, changed, or followed by something",
        "The last 32 bytes of an image are the SHA-256 of all bytes before them. They don't fit: the file was damaged or changed after it was written. Compile the sources again.",
        Example::None
    }
    IMAGE_ENCODING = "V0004" "image-encoding" Error {
        "the image holds bytes that no compiler writes",
        "Each table of an image has one encoding. Here stands an unknown tag, a truth value that is neither 0 nor 1, text that is not UTF-8, or a length beyond the end. \
         The checksum fits, so that the file was made this way and not damaged on the way: compile the sources again, and don't trust where it came from.",
        Example::None
    }
    IMAGE_DIGEST = "V0005" "image-digest" Error {
        "the image names another bundle than the one it holds",
        "The bundle digest in the header names the sources. It is computed again from the sources inside the image, and it differs: decisions of this image would be logged under a wrong name. \
         Compile the sources again.",
        Example::None
    }
    IMAGE_LIMIT = "V0006" "image-limit" Error {
        "a table of the image is larger than it may be",
        "Every table has a limit, so that loading an image takes bounded time and memory. The limits are far above what the limits of the language allow; an image beyond them was not made by the compiler.",
        Example::None
    }
    IMAGE_REFERENCE = "V0007" "image-reference" Error {
        "something in the image refers to what isn't there",
        "Operations and tables refer to texts, types, constants, patterns, places, notes, regions, slots and registers by number. This number is beyond its table. The verifier refuses the image before anything of it runs.",
        Example::None
    }
    IMAGE_TABLE = "V0008" "image-table" Error {
        "a table of the image contradicts itself",
        "Tables keep promises: texts, types and constants stand once, types and constants refer backward, sets are sorted, a constant fits its type, fields of a step have slots of their own, rules stand in source order. \
         One of them is broken here.",
        Example::None
    }
    IMAGE_REGION = "V0009" "image-region" Error {
        "a region of the code does not begin and end as it must",
        "Code is cut into regions without gaps or overlaps. A region ends in its only `return`, and has the result that its place asks for: a rule's condition and a refinement have a truth value. Only regions that compute class fields may `store`.",
        Example::None
    }
    IMAGE_JUMP = "V0010" "image-jump" Error {
        "a jump or loop goes where it must not",
        "Jumps go forward inside their region, and never into or out of the body of a loop; loops are nested at most eight deep. That is why all code terminates.",
        Example::None
    }
    IMAGE_TYPE = "V0011" "image-type" Error {
        "an operation gets a value of a type that it does not take",
        "The verifier follows the types of registers, slots and constants along every path. An optional must be unwrapped before it is used. The machine relies on it and does not check types again.",
        Example::None
    }
    IMAGE_UNDEFINED = "V0012" "image-undefined" Error {
        "an operation reads a register that may not have been written",
        "On some path to this operation nothing was written to the register, or values of different types were, or it was written inside the body of a loop. What it holds then would be left from another evaluation.",
        Example::None
    }
    IMAGE_COST = "V0013" "image-cost" Error {
        "the image declares another cost or frame than its code has",
        "The worst cost of a region and the number of its registers are computed again from its code, and must be those that the image declares: budgets for evaluation are planned with them.",
        Example::None
    }
    IMAGE_PATTERN = "V0014" "image-pattern" Error {
        "a pattern of the image can't be compiled",
        "Patterns are compiled when an image is loaded, so that a decision never meets a bad one. The compiler refuses such patterns in sources with a better message; compile the sources again.",
        Example::None
    }
}
