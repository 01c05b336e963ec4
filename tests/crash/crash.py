#!/usr/bin/env python3
"""usage: tests/crash/crash.py [rounds] [seed]

Kills a server that is saving dossiers with SIGKILL, starts it again on the same data, and asks:
is every acknowledged version there, is nothing half done, does the same Idempotency-Key get the
same answer, does the audit chain hold? Then the same between and during the two signatures of a
joint step; whether SIGTERM ends it soon whatever
runs; what a full disk says and loses; and what one failed allocation does. Ends with "crash: N passed,
N failed, N skipped".
"""
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

PROGRAM = "build/tuijin"
ACCOUNT, PASSWORD, COUNTY = "370683-rural-handler", "Tuijin-2022", "370683"
WRITERS = 4
JOINT, SIGNED_ZONE = "370124", "样例二：玫瑰镇沿黄推进区"  # waits for its two bureaus
SIGNED_ROUNDS = 8
START_SECONDS = 60  # the first start makes the demo
RESTART_SECONDS = 5  # what store.md promises after a crash
passed = failed = skipped = 0


def expect(holds, what):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    if not holds:
        print("crash: FAILED:", what, flush=True)


class Server:
    def __init__(self, data):
        self.data, self.before = data, {}  # before: what its environment has beside ours
        self.log = open(data + ".log", "a+")

    def start(self, seconds):
        self.log.seek(0, os.SEEK_END)
        begin, begun = self.log.tell(), time.monotonic()
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data", self.data, "--demo", "--port", "0"],
            stdout=self.log, stderr=subprocess.STDOUT, env={**os.environ, **self.before})
        while time.monotonic() - begun < seconds:
            with open(self.log.name) as log:
                log.seek(begin)
                address = re.search(r"http://127\.0\.0\.1:(\d+)\n", log.read())
            if address:
                self.port = int(address.group(1))
                return time.monotonic() - begun
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        sys.exit("crash: the server does not start; see its log:\n" + open(self.log.name).read()[-2000:])

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Client:
    """One signed-in connection."""

    def __init__(self, server, account=ACCOUNT):
        self.server, self.cookie = server, ""
        status, answer, headers = self.ask("POST", "/api/session",
                                           {"account": account, "password": PASSWORD}, "login")
        if status != 200:
            sys.exit("crash: no log-in: %d %s" % (status, answer))
        self.cookie = "; ".join(c.split(";")[0] for c in headers.get_all("Set-Cookie"))

    def ask(self, method, path, body=None, key=None):
        link = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        headers = {"Content-Type": "application/json", "Cookie": self.cookie}
        if key:
            headers["Idempotency-Key"] = key
        try:
            link.request(method, path, json.dumps(body) if body is not None else None, headers)
            reply = link.getresponse()
            return reply.status, json.loads(reply.read()), reply.headers
        finally:
            link.close()


class Writer:
    """Saves one zone's dossier again and again, each save unlike all before."""

    def __init__(self, client, number, batch):
        self.client, self.number, self.saves = client, number, 0
        status, zone, _ = client.ask("POST", "/api/zones", {
            "name": "样例区%d" % number, "county": COUNTY, "batch_id": batch}, "zone-%d" % number)
        if status != 200:
            sys.exit("crash: no zone: %d %s" % (status, zone))
        self.path = "/api/zones/%d" % zone["id"]
        self.version = client.ask("GET", self.path + "/dossier")[1]["version"]
        self.dossier = self.asked = self.answer = self.refused = None

    def next(self):
        self.saves += 1
        name = "样例区%d第%d次" % (self.number, self.saves)
        dossier = {"zone": name, "county": COUNTY, "opinions": {"meetings": self.saves},
                   "plan": {"positioning": name * 200}}
        self.asked = ({"version": self.version, "dossier": dossier},
                      "save-%d-%d" % (self.number, self.saves))

    def save(self):
        """The request under way, asked (again) with its own key; its status."""
        body, key = self.asked
        status, answer, headers = self.client.ask("PUT", self.path + "/dossier", body, key)
        if status == 200:
            self.version, self.dossier = answer["version"], body["dossier"]
            self.answer = (self.asked, answer)
        return status, answer, headers

    def run(self, stop):
        self.refused = None
        while not stop.is_set():
            self.next()
            try:
                status, answer, _ = self.save()
            except (OSError, http.client.HTTPException):
                return  # killed: the outcome of this one is unknown
            if status != 200:
                self.refused = (status, answer)
                return

    def prove(self):
        who = "zone %d, save %d: " % (self.number, self.saves)
        sent = self.asked[0]
        _, zone, _ = self.client.ask("GET", self.path)
        _, kept, _ = self.client.ask("GET", self.path + "/dossier")
        expect(self.refused is None, who + "refused before the kill: %s" % (self.refused,))
        expect((kept["version"], kept["dossier"]) in
               ((self.version, self.dossier), (sent["version"] + 1, sent["dossier"])),
               who + "acknowledged version %d, found %s" % (self.version, kept["version"]))
        expect(zone["name"] == kept["dossier"]["zone"], who + "the zone and its dossier differ")
        if self.answer:
            (body, key), before = self.answer
            status, again, headers = self.client.ask("PUT", self.path + "/dossier", body, key)
            expect((status, again) == (200, before) and headers["Idempotency-Replayed"] == "true",
                   who + "another answer to the same key: %d" % status)
        if sent["version"] == self.version:  # outcome unknown: asked again it is done once
            status, answer, _ = self.save()
            expect(status == 200 and answer["version"] == sent["version"] + 1,
                   who + "asked again: %d %s" % (status, answer))


class Signing:
    """A zone at the step that both bureaus of a county sign; four people at their desks."""

    def __init__(self, server):
        self.server, self.acts = server, 0
        self.people = {who: Client(server, "%s-%s" % (JOINT, who)) for who in
                       ("rural-handler", "rural-signer", "finance-signer", "government-signer")}
        zones = self.people["rural-signer"].ask("GET", "/api/zones")[1]["rows"]
        self.id = next(z["id"] for z in zones if z["name"] == SIGNED_ZONE)
        self.path = "/api/zones/%d" % self.id

    def look(self):
        desk = self.people["rural-signer"]
        flow = desk.ask("GET", self.path)[1]["flow"]
        self.history = desk.ask("GET", self.path + "/history")[1]["history"]
        return flow["step"], flow["round"]

    def signatures(self, round):
        """Organs whose signature stands on the round, in the order given."""
        return [a["organ_kind"] for a in reversed(self.history)
                if a["round"] == round and a["act"] == "forward"]

    def ask(self, who, act):
        """An act on the round as it stands, to be asked again as it is."""
        self.acts += 1
        body = {"act": act, "round": self.look()[1], "reason": "样例"}
        return (self.people[who], self.path + "/acts", body, "sign-%d" % self.acts)

    def take(self, who, act):
        status, answer, _ = self.send(self.ask(who, act))
        expect(status == 200, "%s by %s: %d %s" % (act, who, status, answer))

    @staticmethod
    def send(asked):
        client, path, body, key = asked
        return client.ask("POST", path, body, key)

    def begin(self):
        """Brings it back to the step, signed by nobody; the round of that."""
        step, _ = self.look()
        if step == "submit":
            self.take("government-signer", "back")
        elif step == "confirm":
            self.take("finance-signer", "back")
        self.take("rural-handler", "forward")
        step, round = self.look()
        expect(step == "confirm" and not self.signatures(round), "not at the joint step: " + step)
        return round

    def waits_for(self, who):
        inbox = self.people[who].ask("GET", "/api/inbox")[1]["todo"]
        return any(i["noun"] == "zone" and i["noun_id"] == self.id for i in inbox)

    def prove(self, round, signed):
        """Exactly these stand, and it has moved once where they are both."""
        step, at = self.look()
        both = len(signed) == 2
        expect(self.signatures(round) == signed, "signed %s, found %s" % (
            signed, self.signatures(round)))
        expect((step, at) == (("submit", round + 1) if both else ("confirm", round)),
               "signed by %s, at %s, round %d" % (signed, step, at))
        moves = [a for a in self.history
                 if a["round"] == round and a.get("to", {}).get("key") == "submit"]
        expect(len(moves) == both, "moved %d times" % len(moves))
        expect(self.waits_for("government-signer") == both, "the next desk does not agree")
        expect(self.waits_for("finance-signer") == (not both), "the open desk does not agree")


def start_again(server):
    took = server.start(START_SECONDS)
    expect(took < RESTART_SECONDS, "back after %.1f s" % took)
    return took


def between_signatures(s):
    """Killed as soon as the first signature was acknowledged."""
    round = s.begin()
    first = s.ask("rural-signer", "forward")
    status, answer, _ = s.send(first)
    s.server.kill()
    start_again(s.server)
    expect(status == 200, "the first signature: %d %s" % (status, answer))
    s.prove(round, ["rural"])
    status, again, headers = s.send(first)
    expect((status, again) == (200, answer) and headers["Idempotency-Replayed"] == "true",
           "another answer to the same key: %d" % status)
    status, _, _ = s.send(s.ask("rural-signer", "forward"))
    expect(status == 409, "signed twice: %d" % status)
    s.take("finance-signer", "forward")
    s.prove(round, ["rural", "finance"])


def during_second(s, luck):
    """Killed somewhere in the second signature; asked again with its key it is given once."""
    outcome = []

    def sign():
        try:
            outcome.append(s.send(second)[0])
        except (OSError, http.client.HTTPException):
            pass  # killed: unknown

    round = s.begin()
    first, second = s.ask("rural-signer", "forward"), s.ask("finance-signer", "forward")
    begun = time.monotonic()
    expect(s.send(first)[0] == 200, "the first signature")
    took = time.monotonic() - begun
    thread = threading.Thread(target=sign)
    thread.start()
    time.sleep(luck.uniform(0, 1.5 * took))
    s.server.kill()
    thread.join()
    start_again(s.server)
    there = s.look()[0] == "submit"
    expect(there or outcome != [200], "the second signature was acknowledged and is lost")
    s.prove(round, ["rural", "finance"] if there else ["rural"])
    status, answer, _ = s.send(second)
    expect(status == 200, "the second signature asked again: %d %s" % (status, answer))
    s.prove(round, ["rural", "finance"])
    return there


def audit_holds(server):
    audit = subprocess.run([PROGRAM, "audit", "verify", "--data", server.data],
                           capture_output=True, text=True)
    expect(audit.returncode == 0, "audit verify: " + audit.stdout + audit.stderr)


def signatures(server, luck):
    s, kept = Signing(server), 0
    between_signatures(s)
    for _ in range(SIGNED_ROUNDS):
        kept += during_second(s, luck)
    audit_holds(server)
    return kept


ENDLESS = "some i in 1..2000000000 satisfies i < 0"
STOP_SECONDS = 7  # of the 10 that a service manager is promised; beyond 9 the process cuts off itself


def stopping(server):
    """SIGTERM while everything runs that would run for ever, and while a body and a stream hang."""
    asked = []
    clients = [Client(server, "37-%s-%s" % (organ, seat))
               for organ in ("rural", "finance") for seat in ("handler", "signer")]
    batch = clients[0].ask("GET", "/api/batches")[1]["rows"][0]
    draft = clients[0].ask("POST", "/api/drafts", {"name": "样例", "pack": batch["pack"]}, "d")[1]["id"]
    path = "/api/drafts/%d" % draft
    change = {"version": 1, "pieces": [{"index": 0, "text": ENDLESS}]}
    expect(clients[0].ask("PUT", path + "/decisions/Q1", change, "q")[0] == 200, "an endless rule")

    def run(client, path, body):
        try:
            asked.append(client.ask("POST", path, body, "%s-%d" % (path, len(asked)))[0])
        except (OSError, http.client.HTTPException):
            asked.append(0)

    simulation = "/api/batches/%d/simulation" % batch["id"]
    threads = [threading.Thread(target=run, args=(c, p, b)) for c in clients for p, b in
               [(path + "/tests", None), (simulation, {"draft": draft}),
                (simulation + "/jobs", {"draft": draft})]]
    hanging = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(8)]
    for link in hanging:
        link.sendall(b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n{")
    for thread in threads:
        thread.start()
    time.sleep(1)
    begun = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(60)
    took = time.monotonic() - begun
    expect(took < STOP_SECONDS and server.process.returncode == 0,
           "SIGTERM took %.1f s, exit %d" % (took, server.process.returncode))
    for thread in threads:
        thread.join()
    for link in hanging:
        link.close()
    start_again(server)
    audit_holds(server)
    return took


def full_disk(server, root, batch):
    """A real disk that is full: what is not taken is refused in words, what was taken is there."""
    global skipped
    place = os.path.join(root, "small")
    os.mkdir(place)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", place],
                      capture_output=True).returncode != 0:
        skipped += 1
        print("skipped: a full disk, which needs the right to mount")
        return
    small = Server(os.path.join(place, "data"))
    filler = os.path.join(place, "filler")
    try:
        shutil.copytree(server.data, small.data)
        small.start(RESTART_SECONDS)
        writer = Writer(Client(small), WRITERS, batch)
        writer.next()
        expect(writer.save()[0] == 200, "a save before the disk is full")
        fill(filler, place)
        status, saves = 200, 0
        while status == 200 and saves < 2000:
            writer.next()
            status, answer, _ = writer.save()
            saves += 1
        expect(status == 507 and answer["error"]["code"] == "full", "full: %s %s" % (status, answer))
        expect("没有保存" in answer["error"]["message"]["zh"], answer)
        expect(writer.client.ask("GET", writer.path + "/dossier")[0] == 200, "reading on a full disk")
        os.remove(filler)
        expect(writer.save()[0] == 200, "the same save with room again")
        small.kill()
        small.start(RESTART_SECONDS)
        writer.client = Client(small)
        writer.prove()
        audit_holds(small)
    finally:
        if small.process.poll() is None:
            small.kill()
        small.log.close()
        subprocess.run(["umount", "-l", place])


MEMORY_TRIES = 24  # of each request: the first allocations one by one, then in growing steps


def short_of_memory(server, root, batch):
    """One allocation fails, at one place after the other: a request is answered 5xx and has changed
    nothing, is refused 429 before its body is kept, or was done; or the server ends as arena.c says
    it does, never otherwise, and has lost nothing that it acknowledged."""
    shim, count = os.path.join(root, "memory.so"), os.path.join(root, "memory")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", shim, "tests/crash/memory.c"], check=True)
    with open(count, "wb") as file:
        file.write(bytes(8))
    server.before = {"LD_PRELOAD": os.path.abspath(shim), "TUIJIN_MEMORY": count}
    server.start(RESTART_SECONDS)
    writer = Writer(Client(server), WRITERS + 1, batch)
    writer.next()
    expect(writer.save()[0] == 200, "a save while there is memory")
    ended = sum(one_short(server, writer, count, ask) for ask in (saving, reading, entering))
    writer.client = Client(server)  # entering has ended older sessions
    writer.prove()
    audit_holds(server)
    server.kill()
    server.before = {}
    return ended


def saving(writer):
    writer.next()
    return writer.save()[0]


def reading(writer):
    return writer.client.ask("GET", "/api/zones")[0]


def entering(writer):
    return writer.client.ask("POST", "/api/session", {"account": ACCOUNT, "password": PASSWORD},
                             "enter-%d" % random.randrange(1 << 40))[0]


def one_short(server, writer, count, ask):
    """How often the server ended."""
    ended, at, reached = 0, 1, True
    for attempt in range(MEMORY_TRIES):
        with open(count, "r+b") as file:
            file.write(struct.pack("q", at))
        try:
            status = ask(writer)
        except (OSError, http.client.HTTPException):
            status = 0
        with open(count, "r+b") as file:
            reached = struct.unpack("q", file.read(8))[0] == 0
            file.seek(0)
            file.write(bytes(8))
        what = "%s, allocation %d failed: " % (ask.__name__, at)
        died = status == 0 and has_ended(server)
        expect(status >= 500 or status in (200, 429) or died or (reached and status == 0),
               what + "status %d" % status)
        if died:
            ended += 1
            code = server.process.returncode
            expect(code == -signal.SIGABRT and "out of memory" in open(server.log.name).read()[-400:],
                   what + "exit %d" % code)
            server.start(RESTART_SECONDS)
            writer.client = Client(server)
        if ask is saving and status != 200:
            expect(writer.save()[0] == 200, what + "the same once more")
        if ask is saving:
            writer.prove()
        if not reached:
            break
        at += 1 + at // 4
    return ended


def has_ended(server):
    try:
        server.process.wait(2)
        return True
    except subprocess.TimeoutExpired:
        return False


def fill(path, place):
    """All but some pages."""
    with open(path, "wb") as file:
        room = os.statvfs(place)
        file.write(b"x" * (room.f_bavail * room.f_frsize - 256 * 1024))


def round_of(server, writers, luck):
    stop = threading.Event()
    threads = [threading.Thread(target=w.run, args=(stop,)) for w in writers]
    for t in threads:
        t.start()
    time.sleep(luck.uniform(0.2, 1.2))
    server.kill()
    stop.set()
    for t in threads:
        t.join()
    took = start_again(server)
    for w in writers:
        w.prove()
    audit_holds(server)
    return took


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 31)
    luck = random.Random(seed)
    root = tempfile.mkdtemp(prefix="tuijin-crash-")
    server = Server(os.path.join(root, "data"))
    slowest = 0
    try:
        server.start(START_SECONDS)
        client = Client(server)
        batch = client.ask("GET", "/api/batches")[1]["rows"][0]["id"]
        writers = [Writer(client, i, batch) for i in range(WRITERS)]
        for _ in range(rounds):
            slowest = max(slowest, round_of(server, writers, luck))
        kept = signatures(server, luck)
        stopped = stopping(server)
        server.kill()
        ended = short_of_memory(server, root, batch)
        full_disk(server, root, batch)
    finally:
        if server.process.poll() is None:
            server.kill()
        shutil.rmtree(root)
    print("crash: seed %d, %d kills, %d saves, back after %.2f s at most" %
          (seed, rounds, sum(w.saves for w in writers), slowest))
    print("crash: %d kills during a second signature, kept in %d" % (SIGNED_ROUNDS, kept))
    print("crash: stopped in %.2f s with endless runs under way" % stopped)
    print("crash: one allocation short, the server ended %d times and lost nothing" % ended)
    print("crash: %d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return failed != 0


sys.exit(main())
