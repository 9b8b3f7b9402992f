"""The command ``kg``: help, exit codes, clean output, languages, completion."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.corpus import FEW, ROOT, Corpus

COMMANDS = ("build", "check", "format", "claims", "validate", "query", "sparql", "export",
            "coverage", "agreement", "conflicts", "completion")  # fmt: skip
HEAVY = ("rdflib", "pyoxigraph", "pyshacl", "owlrl", "rich", "pandas", "pyld", "edtf", "yaml")


@pytest.fixture
def of(pristine: Corpus) -> tuple[str, str]:
    """The option that names the built invented project."""
    return ("--project", str(pristine.root))


@pytest.fixture
def quick(built: Corpus) -> Corpus:
    """A project with so few shapes that a build takes no time."""
    built.keep("shapes", *FEW)
    return built


def kg(*args: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-m", "kg", *args], capture_output=True, env=environment, **options
    )


def test_the_help_names_every_command_and_the_exit_codes(run: Callable[..., Run]) -> None:
    found = run("--help")
    assert (found.code, found.err) == (0, "")
    assert not [name for name in COMMANDS if f"\n  {name} " not in found.out]
    assert "Exit codes: 0 fine, 1 findings, 2 wrong usage or unreadable input, 3" in found.out
    assert run("--version").out.startswith("kg, version ")


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_help_with_an_example(
    command: str, of: tuple[str, str], run: Callable[..., Run]
) -> None:
    found = run(command, "--help") if command != "query" else run(command, *of, "--help")
    assert (found.code, found.err) == (0, "")
    assert f"Example:  kg {command}" in found.out


@pytest.mark.parametrize("args", [("nothing",), ("check", "--nothing"), ("sparql",), ("format",),
                                  ("claims", "--format", "xml"), ("completion", "ksh"),
                                  ("check", "--lang", "nl")])  # fmt: skip
def test_wrong_usage_has_exit_code_2_and_a_word_of_help(
    args: tuple[str, ...], run: Callable[..., Run]
) -> None:
    found = run(*args)
    assert (found.code, found.out) == (2, "")
    assert "Usage: kg" in found.err


def test_the_help_loads_no_heavy_library() -> None:
    script = (
        "import sys\nfrom kg.cli import main\n"
        "try:\n    main(['--help'], prog_name='kg')\nexcept SystemExit as end:\n"
        "    assert not end.code\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, cwd=ROOT, check=True, text=True
    )
    assert done.stdout.startswith("Usage: kg ")
    assert done.stderr == "[]\n"


# -- what a machine reads ------------------------------------------------------------------------


def test_claims_as_json_lines(of: tuple[str, str], run: Callable[..., Run]) -> None:
    found = run("claims", "--json", *of)
    assert (found.code, found.err) == (0, "")
    records = [json.loads(line) for line in found.out.splitlines()]
    assert len(records) == 39
    assert {tuple(record) for record in records} == {
        ("id", "line_id", "source", "subject", "predicate", "object", "modality", "negated",
         "speaker", "own_voice", "passage", "valid", "spans", "remark", "file", "line", "verified")
    }  # fmt: skip
    assert run("claims", "--format", "jsonl", *of).out == found.out
    plans = run("claims", "--json", "--modality", "plan", *of).out
    assert [json.loads(line)["line_id"] for line in plans.splitlines()] == ["E1"]


def test_claims_as_a_table_show_place_manner_and_words(
    of: tuple[str, str], run: Callable[..., Run]
) -> None:
    found = run("claims", "--source", "visit", *of)
    assert found.code == 0
    head, rule, *rows = found.out.splitlines()
    assert head.split() == ["place", "subject", "predicate", "object", "manner", "words"]
    assert set(rule) == {"─", " "}
    denied = next(row for row in rows if "¬fact" in row)
    assert denied.startswith("seeds/visit.ann:57 ")
    assert "¬fact · id:loria-trade" in denied
    assert "Borduria … No branch office exists … the agency" in denied
    assert any("the turnout was remarked upon" in row for row in rows)


def test_findings_as_json_lines(built: Corpus, run: Callable[..., Run]) -> None:
    built.edit(built.ann(), "Arg1:T2 Arg2:T1\n", "Arg1:T2 Arg2:T99\n")
    found = run("check", "--json", "--project", str(built.root))
    assert (found.code, found.err) == (1, "")
    records = [json.loads(line) for line in found.out.splitlines()]
    assert {tuple(record) for record in records} == {
        ("file", "line", "column", "code", "severity", "message")
    }
    assert {record["code"] for record in records} == {"dangling-id", "unverified"}


def test_warnings_fail_a_check_only_if_asked_to(built: Corpus, run: Callable[..., Run]) -> None:
    built.edit(built.ann(), "N8\tReference T8 id:szohod-mills\tSzohod Mills\n", "")
    args = ("check", "--project", str(built.root))
    assert run(*args).code == 0
    found = run(*args, "--fail-on", "warning")
    assert found.code == 1
    assert "2 sources checked, 1 problems" in found.err


def test_validation_as_json_turtle_and_table(quick: Corpus, run: Callable[..., Run]) -> None:
    of = ("--project", str(quick.root))
    as_json = run("validate", "--json", *of)
    assert (as_json.code, as_json.err) == (0, "")
    told = json.loads(as_json.out)
    assert (told["results"], told["reasoned"], told["cannot_fail"]) == ([], True, [])
    turtle = run("validate", "--format", "turtle", *of)
    assert (turtle.code, turtle.err) == (0, "")
    assert "sh:conforms true" in turtle.out
    table = run("validate", *of)
    assert (table.code, table.out) == (0, "")
    assert "0 violations, " in table.err


def test_both_engines_validate_alike_and_idle_shapes_are_named(
    quick: Corpus, run: Callable[..., Run]
) -> None:
    quick.edit(quick.ttl("memo"), '  dcterms:title "memo"@en ;\n', "")
    with (quick.root / "shapes" / "evidence.ttl").open("a", encoding="utf-8") as file:
        file.write("esh:S99-idle a sh:NodeShape ; sh:targetClass esh:No ; sh:nodeKind sh:IRI .")
    of = ("--project", str(quick.root))
    found = [run("validate", "--engine", engine, *of) for engine in ("sparql", "pyshacl")]
    assert found[0].out == found[1].out != ""
    assert "shapes that match nothing here: S99-idle" in found[0].err


def test_validation_fails_on_the_severity_asked_for(quick: Corpus, run: Callable[..., Run]) -> None:
    quick.edit(quick.ttl("memo"), '  dcterms:title "memo"@en ;\n', "")
    found = run("validate", "--json", "--project", str(quick.root))
    records = json.loads(found.out)["results"]
    assert len(records) == 1
    assert found.code == (1 if records[0]["severity"] == "violation" else 0)
    assert run("validate", "--fail-on", "info", "--project", str(quick.root)).code == 1


def test_the_manifest_as_json(quick: Corpus, run: Callable[..., Run]) -> None:
    built = quick
    found = run("build", "--json", "--project", str(built.root))
    assert (found.code, found.err) == (0, "")
    manifest = (built.root / "build" / "manifest.json").read_text(encoding="utf-8")
    assert json.loads(found.out) == json.loads(manifest)
    quiet = run("build", "--quiet", "--project", str(built.root))
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    told = run("build", "--project", str(built.root), "--texts", str(built.texts))
    assert (told.code, told.err) == (0, "")
    assert "2 read, 2 with their text verified" in told.out
    assert "39: 37 fact" in told.out
    assert "name its folder" not in told.out
    french = run("build", "--project", str(built.root), "--lang", "fr")
    assert "2, dont 0 modifiées depuis" in french.out
    assert (
        "2 lues, dont 0 vérifiées"
        in run("build", "--full", "--project", str(built.root), "--lang", "fr").out
    )
    assert "indiquez son dossier avec --texts DIR" in french.out


def test_rows_as_json_with_their_evidence(of: tuple[str, str], run: Callable[..., Run]) -> None:
    args = ("query", "agreements-of", "--actor", "Loria Trade", "--evidence", *of)
    found = run(*args, "--json")
    assert (found.code, found.err) == (0, "")
    (row,) = json.loads(found.out)
    assert row["agreement"] == "https://w3id.org/ecodip/id/memorandum-2019"
    assert row["agreement_label"] == "memorandum of 2019"
    words = {tuple(span) for claim in row["evidence"] for span in claim["spans"]}
    assert (88, 100, "Szohod Mills") in words
    table = run(*args)
    assert "«Szohod Mills … memorandum»" in table.out.replace("Loria Trade … ", "")
    assert "[" in table.out


def test_sparql_answers_each_form_of_query(of: tuple[str, str], run: Callable[..., Run]) -> None:
    assert run("sparql", "ASK { id:ada-lee a ecodip:Person }", *of).out == "true\n"
    assert run("sparql", "ASK { id:ada-lee a ecodip:Agency }", "--json", *of).out == "false\n"
    built = run("sparql", "CONSTRUCT { ?p a ecodip:Person } { ?p a ecodip:Person }", *of)
    assert "id:ada-lee a ecodip:Person ." in built.out
    told = run("sparql", "DESCRIBE id:ada-lee", *of)
    assert "id:ada-lee" in told.out
    rows = run("sparql", "SELECT DISTINCT ?p { ?p a ecodip:Person }", "--format", "csv", *of)
    assert rows.out.splitlines()[1].endswith("ada-lee,Ada Lee")
    assert {f.err for f in (built, told, rows)} == {""}


def test_a_query_may_come_from_a_file_or_from_stdin(of: tuple[str, str], tmp_path: Path) -> None:
    text = "SELECT DISTINCT ?p { ?p a ecodip:Person ; skos:prefLabel 'Ada Lee'@en }"
    file = tmp_path / "one.rq"
    file.write_text(text, encoding="utf-8")
    by_file = kg("sparql", str(file), "--json", *of)
    by_stdin = kg("sparql", "-", "--json", *of, input=text.encode())
    assert by_file.returncode == by_stdin.returncode == 0
    assert by_file.stdout == by_stdin.stdout
    assert len(json.loads(by_file.stdout)) == 1
    bad = kg("sparql", "-", *of, input=b"SELECT * { ?s ?p '\xff' }")
    assert bad.returncode == 2
    assert b"- is not UTF-8" in bad.stderr


def test_turtle_is_formatted_from_stdin_to_stdout() -> None:
    done = kg("format", "-", input=b"@prefix x: <http://x.example/> . x:b x:p 1 ; a x:C .")
    assert (done.returncode, done.stderr) == (0, b"")
    expected = "@prefix x: <http://x.example/> .\n\nx:b\n    a x:C ;\n    x:p 1 ;\n    .\n"
    assert done.stdout.decode() == expected
    again = kg("format", "--check", "-", input=done.stdout)
    assert (again.returncode, again.stdout) == (0, b"")
    other = kg("format", "--check", "-", input=b"<http://x.example/a> a <http://x.example/B>.")
    assert (other.returncode, other.stdout) == (1, b"")
    assert b"not canonical" in other.stderr


def test_output_goes_to_a_file_where_one_is_named(
    of: tuple[str, str], tmp_path: Path, run: Callable[..., Run]
) -> None:
    file = tmp_path / "claims.jsonl"
    found = run("claims", "--json", "-o", str(file), *of)
    assert (found.code, found.out, found.err) == (0, "", "")
    assert file.read_text(encoding="utf-8") == run("claims", "--json", *of).out
    lost = run("claims", "-o", str(tmp_path / "absent" / "x"), *of)
    assert lost.code == 2
    assert "cannot be written" in lost.err


# -- the project and the language ----------------------------------------------------------------


def test_the_project_may_be_named_before_or_after_the_query(
    pristine: Corpus, run: Callable[..., Run]
) -> None:
    folder = str(pristine.root)
    ask = ("agreements-of", "--actor", "id:loria-trade", "--format", "csv")
    after = run("query", *ask, "--project", folder)
    assert after.code == 0
    assert "memorandum of 2019" in after.out
    assert run("query", "--project", folder, *ask).out == after.out
    assert run("query", *ask, f"--project={folder}").out == after.out


def test_the_project_may_come_from_the_environment(
    pristine: Corpus, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_PROJECT", str(pristine.root))
    listed = run("query")
    assert (listed.code, listed.err) == (0, "")
    assert re.search(r"^agreements-of +--actor", listed.out, re.MULTILINE)
    assert "memorandum of 2019" in run("query", "agreements-of", "--actor", "id:loria-trade").out
    assert "seeds/memo.ann: unverified" in run("check").out
    monkeypatch.setenv("KG_TEXTS", str(pristine.texts))
    assert run("check").out == ""
    claim = run("claims", "--json").out.splitlines()[0]
    assert json.loads(claim)["verified"] is True


def test_the_project_may_be_the_one_around_the_working_folder(
    pristine: Corpus, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pristine.root / "seeds")
    assert "2 sources checked, 0 problems" in run("check").err


def test_everything_speaks_french_if_asked_to(
    built: Corpus, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    of = ("--project", str(built.root))
    answer = run("query", "agreements-of", "--actor", "Commerce de Loria", "--lang", "fr", *of)
    assert "protocole de 2019" in answer.out
    assert "Quels accords" in run("query", "--lang", "fr", *of).out
    assert run("claims", "--lang", "fr", *of).out.split()[:2] == ["lieu", "sujet"]
    built.edit(built.ann(), "Arg1:T2 Arg2:T1\n", "Arg1:T2 Arg2:T99\n")
    assert "aucune ligne n'a l'identifiant T99" in run("check", "--lang", "fr", *of).out
    assert "aucune ligne n'a l'identifiant T99" in run("build", "--lang=fr", *of).err
    monkeypatch.setenv("LANG", "fr_BE.UTF-8")
    assert "aucune ligne n'a l'identifiant T99" in run("check", *of).out
    assert "no line has the id T99" in run("check", "--lang", "en", *of).out
    assert run("query", "agreements-of", "--lang", "xx", *of).code == 2


def test_a_stale_graph_is_told_on_standard_error(built: Corpus, run: Callable[..., Run]) -> None:
    built.edit(built.ann(), "A3\thasStatus T9 done\n", "")
    args = ("query", "agreements-of", "--actor", "id:loria-trade", "--project", str(built.root))
    found = run(*args, "--json")
    assert found.code == 0
    assert json.loads(found.out)
    assert "the sources changed since the graph was built: run kg build" in found.err


def test_no_rows_are_told_as_such(of: tuple[str, str], run: Callable[..., Run]) -> None:
    found = run("query", "agreements-of", "--actor", "id:ada-lee", *of)
    assert found.code == 0
    assert "no rows" in found.err
    as_json = run("query", "agreements-of", "--actor", "id:ada-lee", "--json", *of)
    assert (as_json.out, as_json.err) == ("[]\n", "")


# -- terminals, pipes, shells --------------------------------------------------------------------


def on_terminal(args: list[str], env: dict[str, str]) -> str:
    """Everything that a command shows on a terminal."""
    parent, child = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", **env}
    with subprocess.Popen(
        [sys.executable, "-m", "kg", *args], stdin=child, stdout=child, stderr=child,
        env=environment, close_fds=True,
    ) as process:  # fmt: skip
        os.close(child)
        shown = b""
        while True:
            try:
                part = os.read(parent, 4096)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
    os.close(parent)
    assert process.returncode == 0
    return shown.decode()


def test_progress_is_shown_on_a_terminal_only(quick: Corpus) -> None:
    args = ["build", "--project", str(quick.root)]
    shown = on_terminal(args, {})
    assert "validating" in shown
    assert "100%" in shown
    piped = kg(*args)
    assert (piped.returncode, piped.stderr) == (0, b"")
    assert b"\x1b" not in piped.stdout


def test_no_color_is_respected(pristine: Corpus) -> None:
    args = ["check", "--project", str(pristine.root)]
    assert "\x1b[32m" in on_terminal(args, {})
    assert "\x1b" not in on_terminal(args, {"NO_COLOR": "1"})


def test_a_reader_that_has_seen_enough_ends_a_command_quietly(pristine: Corpus) -> None:
    command = f"{sys.executable} -m kg claims --json --project {pristine.root}"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command} | true; echo ${{PIPESTATUS[0]}}"],
        capture_output=True, cwd=ROOT, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout == "0\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_completion_script(shell: str, run: Callable[..., Run]) -> None:
    found = run("completion", shell)
    assert (found.code, found.err) == (0, "")
    assert "_KG_COMPLETE" in found.out
    assert f"{shell}_complete" in found.out
    if shell == "bash":
        done = subprocess.run(["bash", "-n"], input=found.out.encode(), capture_output=True)
        assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("kg cl", "claims"),
        ("kg query agreements-o", "agreements-of"),
        ("kg query agreements-of --ac", "--actor"),
        ("kg claims --mod", "--modality"),
        ("kg export --format n", "nquads"),
    ],
)
def test_shells_complete_commands_queries_and_options(
    words: str, offered: str, pristine: Corpus
) -> None:
    environment = {
        "_KG_COMPLETE": "bash_complete", "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1), "KG_PROJECT": str(pristine.root),
    }  # fmt: skip
    done = kg(env=environment)
    assert f"plain,{offered}" in done.stdout.decode().splitlines()
    assert done.stderr == b""
