using Offloop.Coordinator;
using Offloop.Coordinator.Cli;

namespace Offloop.Tests.Cli;

/// <summary>Command lines that are refused while they are read. <see cref="Program.UsageTests"/> sees the program say so.</summary>
public class BadLineTests
{
    private const string Duration = "expected a duration from 1ms to 500h, such as 250ms, 10s, 1m or 1h.";
    private const string Url = "expected an absolute URL with http or https, such as https://example.org/.";

    private static readonly VerbCatalog s_verbs = Verbs.Catalog();

    public static TheoryData<string, string> Lines { get; } = new()
    {
        { "--executor Process", "--executor Process: expected process, thread, inline or cluster." },
        { "--workers -1", "--workers -1: expected a whole number from 1 to 1024." },
        { "--workers=-1", "--workers -1: expected a whole number from 1 to 1024." },
        { "--workers 0", "--workers 0: expected a whole number from 1 to 1024." },
        { "--workers 100000", "--workers 100000: expected a whole number from 1 to 1024." },
        { "--workers 99999999999999999999", "--workers 99999999999999999999: expected a whole number from 1 to 1024." },
        { "--workers two", "--workers two: expected a whole number from 1 to 1024." },
        { "--workers 1.5", "--workers 1.5: expected a whole number from 1 to 1024." },
        { "--workers", "--workers: the value is missing; expected a whole number from 1 to 1024." },
        { "--workers=", "--workers: the value is missing; expected a whole number from 1 to 1024." },
        { "--workers 2 --workers 3", "--workers 2 3: expected the option once, with one value: a whole number from 1 to 1024." },
        { "--verbose --verbose", "--verbose: expected the option once." },
        { "--concurrency 0", "--concurrency 0: expected a whole number from 1 to 4096." },
        { "--count 0", "--count 0: expected a whole number from 1 to 1000000000." },
        { "--duration soon", $"--duration soon: {Duration}" },
        { "--duration 10", $"--duration 10: {Duration}" },
        { "--duration -5s", $"--duration -5s: {Duration}" },
        { "--duration 0s", $"--duration 0s: {Duration}" },
        { "--duration 99999999999999999999999999999999h", $"--duration 99999999999999999999999999999999h: {Duration}" },
        { "--interval 0ms", $"--interval 0ms: {Duration}" },
        { "--timeout never", $"--timeout never: {Duration}" },
        { "--url example", $"--url example: {Url}" },
        { "--url http://", $"--url http://: {Url}" },
        { "--url ftp://example.org/", $"--url ftp://example.org/: {Url}" },
        { "--url /etc/hosts", $"--url /etc/hosts: {Url}" },
        { "--url", $"--url: the value is missing; {Url}" },
        { "--format xml", "--format xml: expected text or json." },
        { "--speed 9", "--speed: unknown option of run; coordinator run --help lists all." },
        { "--wrokers 9", "--wrokers: unknown option of run; --workers is the nearest, and coordinator run --help lists all." },
        { "--verbose=yes", "--verbose yes: expected true or false." },
        { "--workers 2 3", "3: unexpected argument; an option takes one value, and coordinator run --help lists them." },
        { "serve --executor thread", "--executor: unknown option of serve; coordinator serve --help lists all." },
        { "serve --port 70000", "--port 70000: expected a whole number from 0 to 65535." },
        { "serve here", "here: unexpected argument; an option takes one value, and coordinator serve --help lists them." },
        { "map --workers 2 http-get", "http-get: TASK comes first: coordinator map TASK [options]." },
        {
            "map --workers=2 -- http-get --resume",
            "--resume: unexpected argument; an option takes one value, and coordinator map --help lists them."
        },
        { "map http-get --rate 10", "--rate 10: expected a rate from 1/h to 100000/s, such as 10/s, 90/m or 500/h." },
        { "compare --work sleep", "--work sleep: expected http, cpu, alloc, crash, hang or leak." },
        { "run --dashboard 65536", "--dashboard 65536: expected a whole number from 0 to 65535." },
        { "run --dashboard open", "--dashboard open: expected a whole number from 0 to 65535." },
        { "replay a.json --dashboard", "--dashboard: unknown option of replay; coordinator replay --help lists all." },
        { "run --nodes 2", "--nodes: only a cluster has it; expected --executor cluster." },
        { "run --executor cluster --slots 2", "--slots: a node that joins brings its own; expected it with --nodes." },
        {
            "run --executor cluster --workers 2",
            "--workers: the nodes of a cluster say that of their own workers; expected it without."
        },
        {
            "map http-get --executor cluster --cluster-listen 7411",
            "--cluster-listen 7411: expected an address of this machine and a port, such as 127.0.0.1:7411."
        },
        {
            "run --executor cluster --cluster-listen 10.0.0.5:7411",
            "--cluster-listen 10.0.0.5:7411: who can reach it could run code here; expected --tls-cert and --tls-ca too, or "
            + "--insecure-network where nobody else can."
        },
        { "run --executor cluster --tls-cert node.pem", "--tls-cert: expected both, --tls-cert and --tls-ca." },
        { "run --executor cluster --node-timeout 500ms", "--node-timeout 500ms: expected 1s or more." },
        { "worker", "--join: it is missing; expected HOST:PORT, such as 10.0.0.5:7411 or [::1]:7411, or --cluster-store." },
        {
            "worker --join 127.0.0.1:7411 --cluster-store redis://127.0.0.1",
            "--join: the members find each other in the --cluster-store; expected one of the two."
        },
        { "worker --join here", "--join here: expected HOST:PORT, such as 10.0.0.5:7411 or [::1]:7411." },
        {
            "worker --join 127.0.0.1:7411 --task-assembly none.dll",
            "--task-assembly none.dll: there is no such file; expected an assembly that was built or published."
        },
        {
            "worker --join 127.0.0.1:7411 --listen 0.0.0.0:7412",
            "--listen 0.0.0.0:7412: the others must be told one address; expected the one at which they reach this machine, and a port."
        },
        { "compare --executor thread", "--executor thread: it is compared anyway; expected cluster, or nothing." },
        { "compare --nodes 3", "--nodes: only a cluster has it; expected --executor cluster." },
        { "completions", "SHELL: it is missing; expected bash, zsh or powershell." },
        { "completions tcsh", "tcsh: expected bash, zsh or powershell." },
        { "completions --config x bash", "bash: SHELL comes first: coordinator completions SHELL [options]." },
        { "serve --delay -1s", "--delay -1s: expected a duration from 0ms to 500h, such as 0ms, 200ms or 1s." },
        { "serve --size 10KB", "--size 10KB: expected a size from 0 to 1TiB, such as 512, 10KiB or 1MiB." },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_bad_line_is_answered_with_one_sentence(string line, string sentence)
    {
        var error = Assert.Throws<UsageException>(() => CommandReader.Read(line.Split(' '), s_verbs));

        Assert.Equal(sentence, error.Message);
    }
}
