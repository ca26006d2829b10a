"""What a signal will do, in a label and a sentence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignalNote:
    """One signal, as a palette shows it: its short name, a label of a few words, one precise sentence."""

    name: str
    label: str
    sentence: str


def by_name(*notes: SignalNote) -> dict[str, SignalNote]:
    """Return notes by their signal's short name, in the order given."""
    return {note.name: note for note in notes}
