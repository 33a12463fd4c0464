//! `P0xxx`: keys.

use crate::Example::None;

codes! {
    NOT_A_KEY = "P0001" "not-a-key" Error {
        "a file holds no secret key",
        "Secret keys are kept in the private key format of OpenSSH, which begins with `-----BEGIN OPENSSH PRIVATE KEY-----`. Other forms of keys, and public keys, are not read. `reach key generate` makes a key, and so does `ssh-keygen -t ed25519 -C NAME`.",
        None
    }
    DAMAGED_KEY = "P0002" "damaged-key" Error {
        "the file of a secret key was cut off or changed",
        "The file begins as a key and does not go on as one, or its parts do not belong together. Nothing was signed. Put back a copy; without one the key is lost, and those who know its public half need a new one.",
        None
    }
    OTHER_KIND_OF_KEY = "P0003" "other-kind-of-key" Error {
        "a key is not of the kind Ed25519",
        "Notes are signed with Ed25519 (RFC 8032) and nothing else, so that no attacker can choose a weaker kind. Keys of RSA, ECDSA and security tokens are not used. `reach key generate` makes a key of the right kind.",
        None
    }
    BAD_KEY_NAME = "P0004" "bad-key-name" Error {
        "a text cannot be the name of a key",
        "The name stands in each signature and tells whose it is. It is not empty, has at most 255 bytes, and no spaces, no `+` and no characters that cannot be seen (https://c2sp.org/signed-note). Best it is a URL without its scheme, of a place that you control: `example.com/log`. In a file, the comment of the key is its name; `ssh-keygen -c -C NAME -f FILE` changes it.",
        None
    }
    PASSPHRASE_NEEDED = "P0005" "passphrase-needed" Error {
        "a passphrase is needed and was not given",
        "A passphrase is asked for on a terminal only. Elsewhere `--passphrase-file` names a file whose one line is the passphrase; `-` is standard input. It is never an argument: other users of the machine can see those. `reach key generate` makes a key that is not encrypted with `--no-passphrase`.",
        None
    }
    WRONG_PASSPHRASE = "P0006" "wrong-passphrase" Error {
        "a key cannot be decrypted with the passphrase that was given",
        "The passphrase is another one than that with which the key was encrypted, or the file was changed where it is encrypted; the two look alike. Nobody can decrypt the key without its passphrase.",
        None
    }
    PASSPHRASE_NOT_NEEDED = "P0007" "passphrase-not-needed" Error {
        "a passphrase was given for a key that is not encrypted",
        "Who gives a passphrase expects that the key is encrypted. This one is not: it may be another file than is meant, or somebody has put their own key in its place. Leave the passphrase away if the key is right. `ssh-keygen -p -f FILE` encrypts it.",
        None
    }
    EXPOSED_KEY = "P0008" "exposed-key" Error {
        "others than its owner have rights to the file of a secret key",
        "Who can read the file can sign, and who can write it can put in a key of their own. `chmod 600 FILE` takes the rights away. If somebody may have read the key, make a new one: rights that are taken away later do not help.",
        None
    }
    NOT_A_KEY_FILE = "P0009" "not-a-key-file" Error {
        "a secret key is a plain file, and neither a link nor anything else",
        "A link can be turned to another file by whoever may write its folder, and a pipe or device can give something else each time. Name the file itself.",
        None
    }
    SLOW_KEY = "P0010" "slow-key" Error {
        "a key asks for more work than is done for it",
        "An encrypted key says how many rounds of bcrypt its passphrase goes through, so that trying passphrases takes long. More than 1,000 would hold the program up for more than a few seconds, and none at all is no encryption. `ssh-keygen -p -a 100 -f FILE` writes the key with another number.",
        None
    }
    BAD_PASSPHRASE = "P0011" "bad-passphrase" Error {
        "a text cannot be a passphrase",
        "A passphrase is one line of 1 to 1,024 bytes without zero bytes, so that it can also be typed; an end of line behind it is not part of it. Typed for a new key, it is asked for twice, and both must be the same.",
        None
    }
    NO_RANDOMNESS = "P0012" "no-randomness" Error {
        "the system gives no random bytes",
        "A key is made from random bytes of the operating system. Where there are none, no key is made: one that is made from anything else could be guessed. Look at what confines the process, such as a sandbox without the system call for it.",
        None
    }
    OTHER_FORM_OF_KEY = "P0013" "other-form-of-key" Error {
        "a file holds no secret key in a form that is read",
        "`reach key import` reads keys in the private key format of OpenSSH, in PKCS #8 as PEM (RFC 8410), and seeds of 32 bytes or 64 hexadecimal digits. Encrypted PKCS #8 is not read: `openssl pkey -in FILE` decrypts it, which can be written to `reach key import -`. A public key cannot sign and so is not imported; `reach key trust` takes it.",
        None
    }
    KEY_NAME_NEEDED = "P0014" "key-name-needed" Error {
        "a key is imported that has no name",
        "PKCS #8 and seeds hold no name, and each key has one here, since it stands beside each signature. `--name` gives it, best a URL without its scheme, of a place that you control: `example.com/packs`.",
        None
    }
}
