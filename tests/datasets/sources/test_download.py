"""Downloads from a server on this machine that behaves well or badly."""

import hashlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import keras_rnn.datasets.sources.download as module
from keras_rnn.datasets.sources.download import NotOnServerError, download
from keras_rnn.errors import UserError

CONTENT = bytes(range(256)) * 1000
CHECKSUM = hashlib.sha256(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/missing":
            return self.send_error(404)
        if self.path == "/broken":
            return self.send_error(500)
        if self.path == "/silent":
            return self.server.stopped.wait(20)
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        if self.path == "/cut":
            self.wfile.write(CONTENT[:100_000])
            self.close_connection = True
        elif self.path == "/stalled":
            self.wfile.write(CONTENT[:100_000])
            self.server.stopped.wait(20)
        else:
            self.wfile.write(CONTENT)
        return None

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.stopped = threading.Event()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.stopped.set()
    server.shutdown()
    server.server_close()
    thread.join()


def assert_nothing_left(folder):
    assert [path.name for path in folder.rglob("*") if path.is_file()] == []


def test_a_whole_file_arrives(server, tmp_path):
    path = download(f"{server}/file", tmp_path / "new" / "file", sha256=CHECKSUM)
    assert path == tmp_path / "new" / "file"
    assert path.read_bytes() == CONTENT
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]


def test_checksum_in_capitals(server, tmp_path):
    path = download(f"{server}/file", tmp_path / "file", sha256=CHECKSUM.upper())
    assert path.exists()


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("cut", "/cut broke off; nothing was kept. Try again."),
        ("stalled", "/stalled stood still for 0.5 s; nothing was kept"),
        ("silent", "/silent did not answer within 0.5 s"),
        ("broken", "/broken cannot be had: the server says 500"),
        ("missing", "/missing cannot be had: the server says 404"),
    ],
)
def test_a_failed_download_leaves_nothing(server, tmp_path, page, message):
    with pytest.raises(UserError) as caught:
        download(f"{server}/{page}", tmp_path / "file", seconds=0.5)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert_nothing_left(tmp_path)


def test_a_missing_file_can_be_told_from_a_bad_network(server, tmp_path):
    with pytest.raises(NotOnServerError):
        download(f"{server}/missing", tmp_path / "file")


def test_wrong_checksum(server, tmp_path):
    with pytest.raises(UserError, match=f"checksum is {CHECKSUM}, not 00ff"):
        download(f"{server}/file", tmp_path / "file", sha256="00ff")
    assert_nothing_left(tmp_path)


def test_wrong_content(server, tmp_path):
    seen = []

    def check(path):
        seen.append(path.read_bytes())
        raise UserError(f"{path} is empty.")

    with pytest.raises(
        UserError, match=r"/file is not the expected file: it is empty\."
    ):
        download(f"{server}/file", tmp_path / "file", check=check)
    assert seen == [CONTENT]
    assert_nothing_left(tmp_path)


def test_an_earlier_file_survives_a_failure(server, tmp_path):
    path = tmp_path / "file"
    path.write_text("earlier")
    with pytest.raises(UserError):
        download(f"{server}/cut", path)
    assert path.read_text() == "earlier"


def test_nobody_listens(tmp_path):
    with pytest.raises(UserError, match=r"127\.0\.0\.1 cannot be reached"):
        download("http://127.0.0.1:1/file", tmp_path / "file")
    assert_nothing_left(tmp_path)


def test_an_unknown_name(tmp_path):
    with pytest.raises(UserError, match=r"no-such-host\.invalid cannot be reached"):
        download("http://no-such-host.invalid/file", tmp_path / "file")


def test_a_name_look_up_that_hangs_is_given_up(monkeypatch, tmp_path):
    def hang(*args, **kwargs):
        time.sleep(3.0)
        raise OSError("too late")

    monkeypatch.setattr(module.socket, "create_connection", hang)
    with pytest.raises(
        UserError, match=r"cannot be reached \(no answer within 0\.1 s\)"
    ):
        download("http://example.invalid/file", tmp_path / "file", seconds=0.1)


def test_a_folder_that_cannot_be_made(server, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="Cannot make the folder"):
        download(f"{server}/file", tmp_path / "file" / "inside")
