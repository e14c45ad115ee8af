"""Runs the same loops in the three engines, by turns, and prints times and ratios; called by deploy/cel-bench."""
import json
import subprocess
import sys
import time

import cel
from cel_expr_python import cel as cel_cpp

ELEMENTS = 1_000
CALLS = 20
ROUNDS = 5


def loop(body):
    """`body` once for every element of a list, with the facts as maps: like LoopBench of silverbell-cel."""
    items = "[" + ",".join(["1"] * ELEMENTS) + "]"
    return (
        "[{'kind': 'panic', 'battery': 11}].all(signal, [{'risk': 4, 'district': 'Wuzhong'}].all(resident, "
        f"{items}.all(i, {body})))"
    )


def cpp(expression):
    program = cel_cpp.NewEnv().compile(expression)
    return lambda: program.eval(data={}).value()


def rust(expression):
    program = cel.compile(expression)
    return lambda: program.execute({})


def best(call):
    """Processor time of a call in nanoseconds, the best of some rounds."""
    if call() is not True:
        raise SystemExit("the loop did not end at its end: the engines do not compute the same")
    times = []
    for _ in range(ROUNDS):
        start = time.process_time_ns()
        for _ in range(CALLS):
            call()
        times.append((time.process_time_ns() - start) / CALLS)
    return min(times)


def body_cost(engine, body):
    """Nanoseconds of the body alone: the loop less the same loop with an almost empty body."""
    return (best(engine(loop(body))) - best(engine(loop("i > 0")))) / ELEMENTS


def main():
    program, table_file = sys.argv[1:]
    own = json.loads(subprocess.run([program, "bench", "--json"], capture_output=True, text=True, check=False).stdout)
    bodies = {line["name"]: line["body"] for line in own if line.get("body")}
    rows = []
    for name, body in bodies.items():
        ours = next(line["ns"] for line in own if line["name"] == name)
        row = {"name": name, "silverbellNanoseconds": ours}
        for engine, run in (("celCpp", cpp), ("celRust", rust)):
            other = body_cost(run, body)
            row[engine + "Nanoseconds"] = round(other, 1)
            row["silverbellTo" + engine[0].upper() + engine[1:]] = round(ours / other, 3)
        rows.append(row)
    print(f"{'body of the loop':40}{'Silverbell':>12}{'cel-cpp':>12}{'cel-rust':>12}{'to cpp':>9}{'to rust':>9}")
    for row in rows:
        print(
            f"{row['name'][:39]:40}{row['silverbellNanoseconds']:>9.1f} ns{row['celCppNanoseconds']:>9.1f} ns"
            f"{row['celRustNanoseconds']:>9.1f} ns{row['silverbellToCelCpp']:>9.2f}{row['silverbellToCelRust']:>9.2f}"
        )
    print("\nSilverbell alone:")
    for line in own:
        if not line.get("body"):
            target = f" (target {line['target']:.0f} ns)" if line["target"] else ""
            print(f"  {line['name']}: {line['ns']:.1f} ns, {line['allocations']:.1f} allocations{target}")
    with open(table_file, "w", encoding="utf-8") as file:
        json.dump({"sideBySide": rows, "silverbell": own}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
