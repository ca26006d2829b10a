"""Which entries of the checkout are a learner's, and which the file browser leaves out."""

# Where JupyterLab puts what a learner had in a notebook before it was brought to its start.
COPIES = "copies"
LEARNERS = ("notebooks", "exercises", "solutions", COPIES, "README.md", "LICENSE", "LICENSE-prose")
MACHINERY = (
    "lessons",
    "labapp",
    "tests",
    "setup",
    "docs",
    "benchmarks",
    "artifacts",
    "CHANGELOG.md",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "Makefile",
    "apt.txt",
    "environment.yml",
    "postBuild",
    "pyproject.toml",
    "requirements.txt",
    "requirements-test.txt",
)
