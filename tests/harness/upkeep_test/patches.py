# SPDX-License-Identifier: MIT
"""Patches with a past: what `pmt-patch import` takes, made at random and always the same."""

import datetime
import random
from typing import Any

DAY = datetime.timedelta(days=1)
#: The way of a patch; each step may be taken or not.
WAY = [("Development", "Promote", "ReadyForQA"), ("ReadyForQA", "Promote", "Testing")]
RELEASED = ["Released", "ReleasedNotInPublicSVN", "ReleasedNoTestsProvided"]
TESTING_ITEMS = ["Verified patch zip file format", "Verified README", "Verified EULA",
                 "Reviewed the automated tests provided for the patch", "Reviewed info given on public/support commits",
                 "Verified the existance of previous patches in the test environment",
                 "Auotmated tests framework run on test environment",
                 "Checked md5 checksum for jars for hosted and tested", "Patch was signed", "JIRA was marked resolved"]


def iso(time: datetime.datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def time_of(text: str) -> datetime.datetime:
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


def name_of(platform: str, number: int) -> str:
    return f"WSO2-CARBON-PATCH-{platform}-{number:04}"


def make_patches(count: int, seed: int = 1, start: str = "2013-01-07T08:00:00Z") -> list[dict]:
    chance = random.Random(seed)
    clients = ["Acme", "Müller & Söhne", "O'Neil <b>", "Beta, Inc"]
    numbers = {"4.2.0": 0, "4.4.0": 0}
    patches = []
    for i in range(count):
        platform = chance.choice(list(numbers))
        numbers[platform] += 1
        number = numbers[platform]
        at = time_of(start) + datetime.timedelta(minutes=chance.randint(0, 600 * 24 * 60))
        patch = {"patch": name_of(platform, number), "platform": platform, "number": number,
                 "lifecycle": "PatchLifeCycle", "lifecycle_version": 1, "created_by": "al"}
        if chance.random() < 0.4:
            patch["queue"] = f"Q-{i + 1}"
            patch["requested_at"] = iso(at - chance.randint(1, 40) * DAY)
        fields = {
            "overview_name": patch["patch"],
            "overview_carbonPlatform": platform,
            "overview_category": chance.choice(["normal", "critical", "ported"]),
            "overview_products": chance.sample(
                ["ESB 4.8.1", "AM 1.6.0", "IS 5.0.0", "Carbon 4.2.0"], chance.randint(1, 2)
            ),
            "peopleInvolved_developedby": chance.choice(["ann", "bob", "eve"]),
        }
        optional = {
            "overview_client": chance.sample(clients, chance.randint(1, 2)),
            "peopleInvolved_qaedby": chance.choice(["quy", "bob"]),
            "jiraInformation_supportJIRA": [chance.choice(["DEVINTERNAL-7", "SUP-1", "SECURITYINTERNAL-3"])],
            "jiraInformation_publicJIRA": [f"https://wso2.org/jira/browse/{chance.choice(['ESBJAVA', 'CARBON'])}-{i}"],
            "patchInformation_jarsInvolved": sorted(
                {f"org.example.{chance.choice('abcdef')}_4.0.{chance.randint(0, 1)}.jar" for _ in range(3)}
            ),
            "patchInformation_revision": str(1000 + i),
            "testInformation_location": f"tests/{i}",
            "testInformation_automationavailable": chance.choice(["Yes", "No", "Not possible"]),
            "testInformation_useCase": chance.choice(["mediation", "login"]),
        }
        for key, value in optional.items():
            if chance.random() < 0.8:
                fields[key] = value
        category = fields["overview_category"]
        state = "Development"
        since = at
        history: list[dict[str, Any]] = [{"at": iso(at), "actor": "al", "via": "test", "action": "create", "changes": [
            {"key": "lifecycle", "from": None, "to": "PatchLifeCycle"}, {"key": "state", "from": None, "to": state}]}]
        patch.update(created_at=iso(at), category=category)

        def move(event: str, target: str, action: str = "move") -> None:
            nonlocal state, since, at
            one: dict[str, Any] = {
                "at": iso(at),
                "actor": "al",
                "via": "test",
                "action": action,
                "changes": [{"key": event, "from": state, "to": target}],
            }
            if chance.random() < 0.5 and action == "move":
                one["time_s"] = chance.randint(1, 40) * 900
            history.append(one)
            state, since = target, at

        def later() -> None:
            nonlocal at
            at += datetime.timedelta(minutes=chance.randint(30, 12 * 24 * 60))

        if chance.random() < 0.3:
            history.append({"at": iso(at), "actor": "al", "via": "test", "action": "eta", "changes": [
                {"key": "Development", "from": None, "to": "28800/57600/144000"}]})
        for source, event, target in WAY:
            if chance.random() < 0.15:
                break
            later()
            move(event, target)
            if chance.random() < 0.1:
                later()
                move(event, source, "undo")
                later()
                move(event, target)
        if state == "Testing" and chance.random() < 0.9:
            ticked = [item for item in TESTING_ITEMS if chance.random() < 0.85]
            for item in ticked:
                history.append({"at": iso(at), "actor": "quy", "via": "test", "action": "tick",
                                "changes": [{"key": item, "from": False, "to": True}]})
            if ticked and chance.random() < 0.2:
                history.append({"at": iso(at), "actor": "quy", "via": "test", "action": "untick",
                                "changes": [{"key": ticked[0], "from": True, "to": False}]})
            later()
            if chance.random() < 0.2:
                move("Demote", "FailedQA")
            else:
                move(*chance.choice([("Promote", "Released")] + [(one, one) for one in RELEASED[1:]]))
                patch["released_at"] = iso(at)
                if chance.random() < 0.8:
                    fields["dates_releasedOn"] = iso(at)[:10]
        if chance.random() < 0.5:
            fields["dates_developmentStartedOn"] = iso(since - chance.randint(-3, 20) * DAY)[:10]
        if chance.random() < 0.5:
            fields["dates_qaStartedOn"] = iso(since - chance.randint(-3, 20) * DAY)[:10]
        if chance.random() < 0.2:
            history.append({"at": iso(at), "actor": "bob", "via": "test", "action": "log-time",
                            "time_s": chance.randint(1, 100) * 60})
        links = []
        if number > 1 and chance.random() < 0.4:
            links.append({"type": chance.choice(["requires", "supersedes", "conflicts"]),
                          "patch": name_of(platform, chance.randint(1, number - 1))})
        patch.update(state=state, state_since=iso(since), fields=fields, links=links, history=history)
        patches.append(patch)
    return patches
