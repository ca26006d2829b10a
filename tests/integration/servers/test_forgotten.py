"""A notebook that runs a cell once more, and one that ends before its servers do."""

from support.kernels import Kernel, running_kernel

LAUNCH = """web = lab.launch("gunicorn 'app:create_app()'")"""


def test_a_cell_that_is_run_again_replaces_its_server_and_what_is_left_is_named() -> None:
    with running_kernel() as kernel:
        kernel.run("from labapp import lab")
        kernel.run(LAUNCH)
        said = kernel.run(LAUNCH)
        assert said.startswith("Stopped `gunicorn 'app:create_app()'`, process ")
        assert said.endswith(": it was `web` and has no name now.\n")
        assert kernel.run("print(lab.servers() == [web])") == "True\n"
        said = after_error(kernel, "assert lab.servers() == []")
        assert "  web: gunicorn 'app:create_app()', process " in said
        assert said.endswith("lab.reset() stops them all; then run this cell again.\n")
        kernel.run("lab.reset(); assert lab.servers() == []")


def after_error(kernel: Kernel, code: str) -> str:
    """Run a cell that fails; return what is printed below the error."""
    kernel.client.execute(code)
    said, failed = "", False
    while (message := kernel.client.get_iopub_msg(timeout=60))["content"].get("execution_state") != "idle":
        failed = failed or message["msg_type"] == "error"
        if failed and message["msg_type"] == "stream":
            said += message["content"]["text"]
    return said
