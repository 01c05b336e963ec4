"""usage: tests/commands/all [part of a case's name]

Runs the program as people do, on folders of its own. Every case is a sentence; a sweep runs over all
commands of `tuijin help` or over many moments of a kill.
"""
import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = os.getcwd()
PROGRAM = ROOT + "/build/tuijin"
PG = os.environ.get("TUIJIN_TEST_PG")
PACK = ROOT + "/packs/lu-2022-26"
CASES = []


class Skip(Exception):
    pass


def case(sentence):
    return lambda body: CASES.append((sentence, body))


class Said:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def __repr__(self):
        return "exit %s\n%s\n%s" % (self.status, self.out[-600:], self.err[-1200:])


def run(*words, lang="C", cwd=ROOT, program=PROGRAM, wait=60, **more):
    done = subprocess.run([program, *words], cwd=cwd, env={**os.environ, "LC_ALL": lang},
                          capture_output=True, text=True, timeout=wait, **more)
    return Said(done.returncode, done.stdout, done.stderr)


def expect(holds, *what):
    assert holds, " ".join(map(str, what))


def refused(said, status, *words):
    """Nothing on standard output, one line of ours on standard error with the words in it."""
    expect(said.status == status, "exit", status, "expected:", said)
    own = [line for line in said.err.splitlines() if line.startswith("tuijin: ")]
    expect(said.out == "" and len(own) == 1, "one line expected:", said)
    for word in words:
        expect(word in own[0], repr(word), "expected in:", own[0])


class Server:
    """A server that was started; ready() waits for its address."""

    def __init__(self, *words, cwd=ROOT):
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([PROGRAM, "serve", "--port", "0", *words], cwd=cwd,
                                        stdout=self.log, stderr=subprocess.STDOUT,
                                        env={**os.environ, "LC_ALL": "C"})

    def said(self):
        self.log.seek(0)
        return self.log.read()

    def ready(self, seconds=120):
        """Its port, or None where it ended instead."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            address = re.search(r"http://127\.0\.0\.1:(\d+)\n", self.said())
            if address:
                return int(address.group(1))
            if self.process.poll() is not None:
                return None
            time.sleep(0.02)
        raise AssertionError("the server is not ready: " + self.said())

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(20)


@contextlib.contextmanager
def serving(*words):
    server = Server(*words)
    try:
        expect(server.ready(), "no server:", server.said())
        yield server
    finally:
        if server.process.poll() is None:
            server.end()


def state(folder):
    """Every file's content but the lock's and what SQLite keeps beside its database."""
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            if name != "lock" and not name.endswith(("-wal", "-shm")):
                full = os.path.join(path, name)
                found[full] = hashlib.sha256(open(full, "rb").read()).hexdigest()
    return found


def commands():
    names = re.findall(r"^  ([a-z]+(?: [a-z]+)?)  +\S", run("help").out, re.M)
    expect(len(names) > 15, names)
    return names


# --- words ---


@case("every command explains itself, in both languages and by both ways, and in the man page")
def _(_dir):
    page = run("man").out
    for name in commands():
        english, chinese = run(*name.split(), "--help"), run(*name.split(), "--help", lang="zh_CN.UTF-8")
        expect(english.status == chinese.status == 0, name, english, chinese)
        expect(run("help", *name.split()).out == english.out, name)
        expect(re.search("[\u4e00-\u9fff]", chinese.out) and not re.search("[\u4e00-\u9fff]", english.out), name)
        expect(run(*name.split(), "--help", "--lang", "zh").out == chinese.out, name)
        expect(".SS " + name in page.replace("\\-", "-"), name, "is not in the man page")
    for group in {name.split()[0] for name in commands() if " " in name}:
        expect(run(group).status == 2 and group + " " in run(group).err, group)
        expect(run("help", group).status == 0, group)


@case("version, help and what is not understood")
def _(_dir):
    for words in (["version"], ["--version"], ["-V"]):
        expect(re.fullmatch(r"tuijin \d+\.\d+\.\d+\n", run(*words).out), words)
    expect(run("--help").out == run("help").out == run("-h").out != "", "help")
    expect(run().status == 2 and "usage" in run().err, "no command")
    expect(run("nosuch").status == 2 and "nosuch" in run("nosuch").err, "no such command")
    expect("没有命令 nosuch" in run("nosuch", lang="zh_CN.UTF-8").err, "in Chinese")


@case("every command refuses an unknown option and a word too many, and says where to look")
def _(_dir):
    for name in commands():
        refused(run(*name.split(), "--nosuch"), 2, "--nosuch", "tuijin %s --help" % name)
        usage = run(*name.split(), "--help").out
        if "…" not in usage:
            refused(run(*name.split(), *["word"] * 4), 2, "word", "--help")


@case("numbers and choices out of their range are refused, by option and by value")
def _(dir):
    for words, told in ((["--port", "abc"], "abc"), (["--port", "65536"], "65536"), (["--port", "-1"], "-1"),
                        (["--port", ""], "--port"), (["--workers", "0"], "0"), (["--workers=999"], "999"),
                        (["--workers", "8x"], "8x"), (["--port"], "--port"), (["--demo=1"], "--demo"),
                        (["--data", "--demo"], "--data")):
        refused(run("serve", "--data", dir + "/none", *words), 2, told)
    refused(run("check", "--pack", PACK, "--format", "xml", "-"), 2, "json|text", "xml")
    refused(run("check", "--pack", PACK, "--lang", "fr", "-"), 2, "zh|en")
    refused(run("check", "-"), 2, "--pack")
    expect(not os.path.exists(dir + "/none"), "a refused command made a folder")


@case("the man page has no fault for groff, in both languages")
def _(dir):
    if not shutil.which("groff"):
        raise Skip("groff is missing")
    for lang in "en", "zh":
        page = run("man", "--lang", lang).out
        done = subprocess.run(["groff", "-man", "-Tutf8", "-K", "utf8", "-ww", "-z"], input=page,
                              capture_output=True, text=True)
        expect(done.returncode == 0 and done.stderr == "", lang, done.stderr)


@case("bash completes commands, their second words, options and values")
def _(dir):
    script = run("completion").out
    for words, wanted in ((["tuijin", "aud"], "audit"), (["tuijin", "audit", ""], "verify"),
                          (["tuijin", "check", "--form"], "--format"), (["tuijin", "check", "--format", "t"], "text"),
                          (["tuijin", "serve", "--wor"], "--workers"), (["tuijin", "pack", "ch"], "check")):
        line = 'COMP_WORDS=(%s); COMP_CWORD=%d; _tuijin; echo "${COMPREPLY[*]}"' % (
            " ".join("'%s'" % w for w in words), len(words) - 1)
        done = subprocess.run(["bash", "-c", script + line], capture_output=True, text=True)
        expect(done.stdout.strip() == wanted and done.stderr == "", words, done.stdout, done.stderr)


# --- places ---


@case("no command but init and serve --demo makes anything where no system is")
def _(dir):
    files = {"check", "simulate", "pack check", "pack text", "init"}
    operands = {"backup": [dir + "/backup"], "pack add": [PACK], "selection replay": ["1"],
                "restore": [dir + "/nobackup"]}
    tried = [n for n in commands() if "--data" in run(*n.split(), "--help").out and n not in files]
    expect(len(tried) >= 7, tried)
    for name in tried:
        there = dir + "/none"
        words = [*name.split(), *operands.get(name, []), "--data", there]
        refused(run(*words), 2)
        expect(not os.path.exists(there), name, "made the folder")
        os.mkdir(there)
        refused(run(*words), 2)
        expect(set(os.listdir(there)) <= {"lock"}, name, "filled the folder:", os.listdir(there))
        shutil.rmtree(there)


@case("packs are found from another folder, and where not it is said where was looked")
def _(dir):
    expect(run("pack", "check", "packs/lu-2022-26", cwd=dir).status == 0, "beside the program")
    expect(run("pack", "check", "lu-2022-26", cwd=dir).status == 0, "by its name")
    os.makedirs(dir + "/usr/bin"), os.makedirs(dir + "/usr/share/tuijin")
    shutil.copy(PROGRAM, dir + "/usr/bin"), shutil.copytree(ROOT + "/packs", dir + "/usr/share/tuijin/packs")
    expect(run("pack", "check", "lu-2022-26", cwd="/", program=dir + "/usr/bin/tuijin").status == 0, "installed")
    for words in (["pack", "check", "packs/no"], ["check", "--pack", "packs/no", "-"],
                  ["init", "--pack", "packs/no", "--data", dir + "/d"],
                  ["serve", "--demo", "--pack", "packs/no", "--data", dir + "/e", "--port", "0"]):
        refused(run(*words, cwd=dir), 2, "packs/no", "pack.json")
    expect(not os.path.exists(dir + "/d"), "init made a folder for a pack that is not there")


@case("a busy port, a foreign address and a folder without rights are told with what to do")
def _(dir):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused(run("serve", "--demo", "--data", dir + "/d", "--port", port), 1, port, "--port")
        expect("已被占用" in run("serve", "--demo", "--data", dir + "/d", "--port", port, lang="zh_CN.UTF-8").err,
               "in Chinese")
    refused(run("serve", "--demo", "--data", dir + "/d", "--address", "nowhere"), 2, "nowhere", "--address")
    refused(run("serve", "--demo", "--data", dir + "/d", "--address", "203.0.113.7"), 2, "203.0.113.7")
    expect(not os.path.exists(dir + "/d"), "a demo was begun for a port that cannot be had")
    refused(run("serve", "--demo", "--data", dir + "/no/such", "--port", "0"), 1, "/no/such")
    open(dir + "/file", "w").close()
    refused(run("serve", "--demo", "--data", dir + "/file", "--port", "0"), 2, "/file")
    os.mkdir(dir + "/closed", 0), os.chmod(dir, 0o555)
    program = tempfile.mkdtemp(prefix="tuijin-program-")
    os.chmod(program, 0o755), shutil.copy(PROGRAM, program)
    other = dict(program=program + "/tuijin", cwd="/")
    if os.getuid() == 0:  # whom no mode keeps out
        other.update(user=65534, group=65534, extra_groups=[])
    try:
        refused(run("audit", "verify", "--data", dir + "/closed", **other), 1, "/closed", "runuser")
        refused(run("serve", "--demo", "--data", dir + "/mine", "--port", "0", **other), 1, "/mine")
    finally:
        shutil.rmtree(program), os.chmod(dir, 0o755)


# --- demo and real ---

_real = None


def real(dir):
    """A fresh copy of one real system."""
    global _real
    if not _real:
        _real = tempfile.mkdtemp(prefix="tuijin-real-")
        said = run("init", "--data", _real + "/data", "--pack", PACK)
        expect(said.status == 0 and len(passwords(said.out)) == 3, said)
    shutil.copytree(_real + "/data", dir)
    return dir


def passwords(text):
    return re.findall(r"^  (?:sysadmin|secadmin|auditadmin) +(\S+)  ", text, re.M)


@case("serve --demo refuses a real system and touches nothing; init refuses it too")
def _(dir):
    data = real(dir + "/data")
    before = state(data)
    refused(run("serve", "--demo", "--data", data, "--port", "0"), 1, "real system", "--demo")
    refused(run("init", "--data", data), 1, "real")
    expect(state(data) == before, "a refused command changed the system")
    with serving("--data", data) as server:
        expect("Tuijin-2022" not in server.said(), server.said())
        refused(run("serve", "--data", data, "--port", "0"), 1, str(server.process.pid), "in use")


@case("a real system of an older program, without the mark, is a real one")
def _(dir):
    data = real(dir + "/data")
    with contextlib.closing(sqlite3.connect(data + "/tuijin.db")) as db:
        db.execute("DELETE FROM setting WHERE key = 'system.kind'")
        db.commit()
    refused(run("serve", "--demo", "--data", data, "--port", "0"), 1, "real system")


@case("init prints passwords only of a system that is there, and begins anew after a kill at any moment")
def _(dir):
    data, begun = dir + "/data", time.monotonic()
    run("init", "--data", dir + "/timed", "--pack", PACK)
    whole = time.monotonic() - begun
    moments = 6
    for i in range(moments):
        process = subprocess.Popen([PROGRAM, "init", "--data", data, "--pack", PACK], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        time.sleep(whole * (i + 0.5) / moments)
        process.kill()
        out = process.communicate()[0]
        there = run("audit", "verify", "--data", data)
        expect(there.status == 0 if passwords(out) else there.status in (0, 2), out, there)
        if there.status == 0:
            shutil.rmtree(data)
    with open("/dev/full", "w") as full:
        done = subprocess.run([PROGRAM, "init", "--data", data, "--pack", PACK], stdout=full,
                              stderr=subprocess.PIPE, text=True, env={**os.environ, "LC_ALL": "C"})
    expect(done.returncode == 1 and "could not be shown; delete " + data in done.stderr, done.stderr)
    shutil.rmtree(data)
    said = run("init", "--data", data, "--pack", PACK)
    expect(said.status == 0 and len(passwords(said.out)) == 3, said)


def demo_rows(data):
    with contextlib.closing(sqlite3.connect(data + "/tuijin.db")) as db:
        return [db.execute("SELECT count(*) FROM " + t).fetchone()[0]
                for t in ('"user"', "organ", "zone", "expert", "attachment", "audit", "region", "password")]


@case("a demo that was killed at any moment begins anew, and is whole then; one of several starts makes it")
def _(dir):
    data = dir + "/data"
    begun = time.monotonic()
    starts = [Server("--demo", "--data", data + "-timed") for _ in range(3)]
    ready = [server for server in starts if server.ready()]
    whole = time.monotonic() - begun
    expect(len(ready) == 1, "servers on one folder:", len(ready))
    for server in starts:
        expect(server in ready or "in use" in server.said(), server.said())
    expect(ready[0].end() == 0, ready[0].said())
    moments = 6
    for i in range(moments):
        server = Server("--demo", "--data", data)
        time.sleep(whole * (i + 0.5) / moments)
        server.end(signal.SIGKILL)
    with serving("--demo", "--data", data):
        pass
    expect(demo_rows(data) == demo_rows(data + "-timed"), demo_rows(data), demo_rows(data + "-timed"))
    expect(run("audit", "verify", "--data", data).status == 0, "audit")
    refused(run("init", "--data", data), 1, "demo")
    with serving("--data", data) as server:
        expect("demo" in server.said().lower() and "Tuijin-2022" in server.said(), server.said())


@case("a demo is given up at Ctrl-C and leaves nothing")
def _(dir):
    server = Server("--demo", "--data", dir + "/data")
    while "making the demo" not in server.said():
        time.sleep(0.01)
    server.process.send_signal(signal.SIGINT)
    status = server.process.wait(30)
    if status != 0:
        refused(run("audit", "verify", "--data", dir + "/data"), 2, "no system")


# --- keys, log, backup ---


@case("lost keys are told, and none are made in their place")
def _(dir):
    data = real(dir + "/data")
    os.rename(data + "/keys", dir + "/kept")
    for words in (["serve", "--port", "0"], ["init"], ["audit", "verify"], ["serve", "--demo", "--port", "0"]):
        refused(run(*words, "--data", data), 2, "keys", "copy")
    expect(not os.path.exists(data + "/keys"), "keys were made")
    os.rename(dir + "/kept", data + "/keys")
    expect(run("audit", "verify", "--data", data).status == 0, "with its keys again")
    os.remove(data + "/tuijin.db")
    refused(run("init", "--data", data), 2, "database", "--store")


@case("keys rotate adds a key, on record, while no server runs")
def _(dir):
    data = real(dir + "/data")
    before = open(data + "/keys").read()
    with serving("--data", data):
        refused(run("keys", "rotate", "--data", data), 1, "in use")
    expect(run("keys", "rotate", "--data", data).status == 0, "rotate")
    after = open(data + "/keys").read()
    expect(after.startswith(before) and after.count("\nseal ") == before.count("\nseal ") + 1, after)
    expect(run("audit", "verify", "--data", data).status == 0, "audit")
    with serving("--data", data):
        pass


@case("what root would write in another's folder is refused")
def _(dir):
    if os.getuid() != 0:
        return  # nobody else can
    data = real(dir + "/data")
    os.chown(data, 65534, 65534)
    before = state(data)
    for words in ["keys", "rotate"], ["pack", "add", PACK]:
        refused(run(*words, "--data", data), 1, "root", "runuser")
    expect(state(data) == before, "root wrote")


@case("an audit log that was emptied is a broken chain, for good")
def _(dir):
    data = real(dir + "/data")
    with contextlib.closing(sqlite3.connect(data + "/tuijin.db")) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'").fetchall():
            db.execute("DROP TRIGGER " + name)
        db.execute("DELETE FROM audit")
        db.execute("DELETE FROM audit_head")
        db.commit()
    said = run("audit", "verify", "--data", data)
    expect(said.status == 1 and "entry 1" in said.out, said)
    expect(run("keys", "rotate", "--data", data).status == 0, "an act")
    said = run("audit", "verify", "--data", data)
    expect(said.status == 1 and "entry 1" in said.out, said)


@case("a restore that was cut keeps everybody out and says what to do")
def _(dir):
    data = real(dir + "/data")
    expect(run("backup", dir + "/b", "--data", data, "--with-keys").status == 0, "backup")
    os.mkdir(dir + "/new")
    open(dir + "/new/restoring", "w").close()
    for words in (["serve", "--port", "0"], ["init"], ["audit", "verify"]):
        refused(run(*words, "--data", dir + "/new"), 2, "restore", "delete")
    refused(run("restore", dir + "/b", "--data", dir + "/new"), 1, "delete")
    shutil.rmtree(dir + "/new")
    expect(run("restore", dir + "/b", "--data", dir + "/new").status == 0, "restore")
    expect(not os.path.exists(dir + "/new/restoring"), "the mark stays")
    with open(dir + "/other", "w") as other:
        other.write("keys of another system")
    refused(run("restore", dir + "/b", "--data", dir + "/c", "--keys", dir + "/other"), 2, "--keys")
    expect(run("restore", dir + "/b", "--data", dir + "/c", "--keys", data + "/keys").status == 0, "its own keys")


@case("simulate says that without --batch the batch's tables are unknown")
def _(dir):
    words = ["simulate", "--pack", PACK, "--against", PACK]
    expect("--batch" in run(*words, "docs/sample/dossier.json").err, "not said")
    expect("--batch" not in run(*words, "--batch", "docs/sample/batch.json", "docs/sample/dossier.json").err, "said")


# --- PostgreSQL ---


@case("the data folder remembers its --store; an empty or absent database is never filled by a reader")
def _(dir):
    if not PG:
        raise Skip("no PostgreSQL; run under tools/test-pg")
    name = "commands_%d" % os.getpid()
    psql = lambda sql: subprocess.run(["psql", "-qAt", "-d", PG, "-c", sql], check=True, capture_output=True, text=True)
    psql('CREATE DATABASE "%s"' % name), psql('CREATE DATABASE "%s_empty"' % name)
    store, data = "%s dbname='%s'" % (PG, name), dir + "/data"
    said = run("init", "--data", data, "--store", store, "--pack", PACK, wait=120)
    expect(said.status == 0 and len(passwords(said.out)) == 3, said)
    said = run("audit", "verify", "--data", data)
    expect(said.status == 0 and not said.out.startswith("0 "), said)
    expect(run("backup", dir + "/b", "--data", data).status == 0, "backup")
    refused(run("serve", "--demo", "--data", data, "--port", "0"), 1, "real system")
    expect(not os.path.exists(data + "/tuijin.db"), "an SQLite database was made")
    empty = "%s dbname='%s_empty'" % (PG, name)
    refused(run("audit", "verify", "--data", data, "--store", empty), 2, "no system")
    tables = subprocess.run(["psql", "-qAt", "-d", empty, "-c", "SELECT count(*) FROM pg_class WHERE relname = "
                             "'schema_version'"], capture_output=True, text=True).stdout
    expect(tables == "0\n", "a reader filled an empty database")
    os.remove(data + "/store")
    refused(run("audit", "verify", "--data", data), 2, "--store")
    refused(run("audit", "verify", "--data", data, "--store", "host=/nowhere dbname=x"), 1, "--store")


# --- the documents' commands ---


def fences(path):
    """The commands of the document's code blocks, without comments."""
    blocks = re.findall(r"^```\n(.*?)^```", open(path, encoding="utf-8").read(), re.M | re.S)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line.split("  #")[0].strip() for line in lines if line.strip()]


def shell(line, dir, path):
    return subprocess.run(["sh", "-c", line], cwd=ROOT, capture_output=True, text=True, timeout=60,
                          env={**os.environ, "PATH": path + ":" + os.environ["PATH"], "LC_ALL": "C", "HOME": dir})


@case("the commands of both READMEs run as they are written")
def _(dir):
    for name in "README.md", "README.zh-CN.md":
        shutil.rmtree(ROOT + "/build/next", ignore_errors=True)
        lines = [l for l in fences(name) if "tuijin" in l or l.startswith("cp ")]
        expect(len(lines) >= 4, name, lines)
        for line in lines:
            said = shell(line, dir, ROOT + "/build")
            expect(said.returncode == (1 if "tuijin check" in line else 0) and said.stdout + line[:3] != "",
                   name, line, said.stdout[-300:], said.stderr)


@case("a draw's program explains itself and refuses what is no record in one line")
def _(dir):
    draw = dict(program=sys.executable)
    expect("usage: tools/draw.py" in run("tools/draw.py", "--help", **draw).out, "no help")
    expect(run("tools/draw.py", **draw).status == 2, "no record")
    for content in ("", "[]", "{}", '{"pool": {}}'):
        with open(dir + "/record", "w") as record:
            record.write(content)
        said = run("tools/draw.py", dir + "/record", **draw)
        expect(said.status == 2 and said.err.count("\n") == 1 and "Traceback" not in said.err, content, said)


# --- rules ---

NAMES = '{"amount": 150, "kinds": ["a", "b"], "day": "2022-12-10", "nothing": null}'

MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m">
<inputData name="amount" id="a"><variable name="amount" typeRef="number"/></inputData>
<inputData name="day" id="y"><variable name="day" typeRef="date"/></inputData>
<decision name="size" id="s"><informationRequirement><requiredInput href="#a"/></informationRequirement>
<literalExpression><text>%s</text></literalExpression></decision>
<decision name="answer" id="w"><informationRequirement><requiredDecision href="#s"/></informationRequirement>
<informationRequirement><requiredInput href="#y"/></informationRequirement>
<literalExpression><text>{size: size, year: day.year}</text></literalExpression></decision>
</definitions>"""

# What Camunda's modeler writes: a table whose inputs are names that nothing in the file declares.
CAMUNDA = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" namespace="urn:c">
<decision name="Dish" id="dish"><decisionTable id="t">
<input><inputExpression typeRef="string"><text>season</text></inputExpression></input>
<input><inputExpression typeRef="integer"><text>guests</text></inputExpression></input>
<output name="dish" typeRef="string"/>
<rule><inputEntry><text>"winter"</text></inputEntry><inputEntry><text>&lt; 9</text></inputEntry>
<outputEntry><text>"roast"</text></outputEntry></rule>
<rule><inputEntry><text/></inputEntry><inputEntry><text>&gt;= 9</text></inputEntry>
<outputEntry><text>"stew"</text></outputEntry></rule></decisionTable></decision></definitions>"""


def written(dir, name, text):
    with open(dir + "/" + name, "w") as file:
        file.write(text)
    return dir + "/" + name


@case("an expression is evaluated: values exactly, nulls with their cause, and faults with their place")
def _(dir):
    names = written(dir, "names.json", NAMES)
    for text, value in [("0.1 + 0.2", "0.3"), ("-1 instance of number", "true"), ("-(2)", "-2"),
                        ("if amount > 100 then \"large\" else \"small\"", '"large"'),
                        ("count(kinds)", "2"), ("[amount, nothing]", "[150, null]")]:
        for words in ([text, "--input", names], ["--input", names, "--", text]):
            said = run("feel", *words)
            expect((said.status, said.out, said.err) == (0, value + "\n", ""), text, said)
    piped = run("feel", "amount", "--input", "-", input='{"amount": 7}')
    expect(piped.status == 0 and piped.out == "7\n", piped)
    for lang, word in ("C", "divides by zero"), ("zh_CN.UTF-8", "除以零"):
        said = run("feel", "1 / 0", lang=lang)
        expect((said.status, said.out) == (1, "null\n") and "1:1 " in said.err and word in said.err, said)
    refused(run("feel", "1 +"), 2, "1:4")
    for words in run("feel", "1 +"), run("feel", "1 +", lang="zh_CN.UTF-8"):
        expect("line 1" not in words.err and "第 1 行" not in words.err, words.err)  # the place stands once
    refused(run("feel", "unknown name"), 2, "1:1", "no such name")
    refused(run("feel", "没有的名称", lang="zh_CN.UTF-8"), 2, "没有这个名称")
    refused(run("feel"), 2, "EXPRESSION")
    refused(run("feel", "1", "--input", dir + "/none.json"), 2, "none.json")
    refused(run("feel", "1", "--input", written(dir, "list.json", "[1]")), 2, "JSON object")
    refused(run("feel", "1", "--input", written(dir, "torn.json", '{"a": ')), 2, "1:7")


@case("a decision of a DMN file is evaluated on its inputs, and what cannot be is said with its name")
def _(dir):
    model = written(dir, "m.dmn", MODEL % 'if amount &gt; 100 then "large" else "small"')
    names = written(dir, "in.json", '{"amount": 150, "day": "2022-12-10"}')
    said = run("dmn", "eval", model, "--decision", "answer", "--input", names)
    expect(said.status == 0 and json.loads(said.out) == {"size": "large", "year": 2022}, said)
    given = written(dir, "given.json", '{"size": "odd", "day": "2022-12-10"}')
    said = run("dmn", "eval", model, "--decision", "answer", "--input", given)
    expect(json.loads(said.out)["size"] == "odd", said)
    wrong = written(dir, "wrong.json", '{"amount": "much"}')
    said = run("dmn", "eval", written(dir, "n.dmn", MODEL % "amount + 1"), "--decision", "size", "--input", wrong)
    expect(said.status == 1 and said.out == "null\n" and "much" in said.err, said)
    refused(run("dmn", "eval", model, "--decision", "anwser"), 2, "anwser", "m.dmn")
    refused(run("dmn", "eval", model), 2, "--decision")
    refused(run("dmn", "eval", model, "--decision", "size", "--input", written(dir, "x.json", '{"amont": 1}')), 2,
            "amont")
    refused(run("dmn", "eval", dir + "/none.dmn", "--decision", "size"), 2, "none.dmn")
    refused(run("dmn", "eval", names, "--decision", "size"), 2)


@case("a DMN file is checked: each wrong expression with its place, and what no model is")
def _(dir):
    said = run("dmn", "check", written(dir, "m.dmn", MODEL % "amount"))
    expect(said.status == 0 and "DMN 1.5: 0 problems, 0 notes" in said.out, said)
    said = run("dmn", "check", written(dir, "w.dmn", MODEL % "amont + 1"))
    expect(said.status == 1 and "w.dmn:5: size: " in said.out and "amont + 1" in said.out, said)
    said = run("dmn", "check", written(dir, "w.dmn", MODEL % "amont + 1"), lang="zh_CN.UTF-8")
    expect(said.status == 1 and "1 个问题" in said.out, said)
    refused(run("dmn", "check", written(dir, "x.dmn", "<a/>")), 2, "DMN 1.1 to 1.6")
    refused(run("dmn", "check", written(dir, "t.dmn", "<definitions")), 2)
    refused(run("dmn", "check"), 2, "MODEL")


@case("a table as Camunda's modeler writes it has its inputs read from its columns, with a note each")
def _(dir):
    model = written(dir, "c.dmn", CAMUNDA)
    said = run("dmn", "check", model)
    expect(said.status == 0 and "season" in said.out and "0 problems, 3 notes" in said.out, said)
    for given, dish in ('{"season": "winter", "guests": 4}', "roast"), ('{"guests": 12}', "stew"):
        said = run("dmn", "eval", model, "--decision", "Dish", "--input", "-", input=given)
        expect(said.status == 0 and json.loads(said.out) == dish, given, said)


# What only a machine of its own can do is left to a stand-in that does nothing.
STANDINS = "adduser systemctl nginx apt-get createuser createdb make sh"


@case("the commands of docs/deploy.md run in their order, with the machine's folders set elsewhere")
def _(dir):
    shims, real_sh = dir + "/shims", shutil.which("sh")
    os.mkdir(shims)
    for name in STANDINS.split():
        with open(shims + "/" + name, "w") as shim:
            shim.write("#!%s\nexit 0\n" % real_sh)
    with open(shims + "/runuser", "w") as shim:  # -u NAME -- COMMAND…
        shim.write("#!%s\nshift 3\nexec \"$@\"\n" % real_sh)
    for name in os.listdir(shims):
        os.chmod(shims + "/" + name, 0o755)
    for folder in "usr/local/bin", "usr/local/share", "var/lib", "etc/systemd/system", "etc/nginx/conf.d", "root":
        os.makedirs(dir + "/" + folder)
    ran = 0
    for line in fences("docs/deploy.md"):
        if "--store" in line:
            continue  # the case of PostgreSQL
        line = re.sub(r"(?<![\w.])/(usr/local|var|root|etc)/", dir + r"/\1/", line)
        line = line.replace("-o tuijin -g tuijin ", "").replace("/tmp/drill", dir + "/drill")
        said = subprocess.run([real_sh, "-c", line], cwd=ROOT, capture_output=True, text=True, timeout=60,
                              env={**os.environ, "LC_ALL": "C",
                                   "PATH": ":".join((shims, dir + "/usr/local/bin", os.environ["PATH"]))})
        expect(said.returncode == 0, line, said.stdout, said.stderr)
        ran += "tuijin " in line
    expect(ran >= 7, "only", ran, "commands of tuijin")


def main():
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    passed = failed = skipped = 0
    for sentence, body in CASES:
        if wanted not in sentence:
            continue
        dir, begun = tempfile.mkdtemp(prefix="tuijin-commands-"), time.monotonic()
        try:
            body(dir)
            passed += 1
        except Skip as why:
            skipped += 1
            print("commands: skipped: %s: %s" % (sentence, why), flush=True)
        except Exception as why:
            failed += 1
            print("commands: FAILED: %s\n%s: %s" % (sentence, type(why).__name__, why), flush=True)
        finally:
            shutil.rmtree(dir, ignore_errors=True)
        if wanted:
            print("%.1f s  %s" % (time.monotonic() - begun, sentence))
    if _real:
        shutil.rmtree(_real, ignore_errors=True)
    print("commands: %d passed, %d failed, %d skipped" % (passed, failed, skipped))
    sys.exit(failed > 0)


main()
