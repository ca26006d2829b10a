"""A capacity report on an application: what it was measured to do, and the command line that follows."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.examine.examination import examine
    from labapp.examine.from_shell import main
    from labapp.examine.refusals import ExamineError
    from labapp.examine.report import Report

__all__ = ["ExamineError", "Report", "examine", "main"]

__getattr__ = door(
    __name__,
    examination="examine",
    from_shell="main",
    refusals="ExamineError",
    report="Report",
)
