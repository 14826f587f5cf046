"""The questions that pages ask. Every one is (snapshot, state) -> frame."""
