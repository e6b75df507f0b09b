using System.Globalization;

namespace ForgeOrleans.Bench;

/// <summary>What the command line asks for.</summary>
public sealed record BenchOptions(string Bench, string Remote, string? Cluster, string? Only, TimeSpan Duration, int Rounds)
{
    public const string Usage = "--bench FOLDER --remote DLL [--cluster DLL] [--only echo|list|create|accept|cluster|limits] [--seconds N] [--rounds N]";

    public static BenchOptions Parse(string[] args)
    {
        var given = new Dictionary<string, string>();
        for (var i = 0; i < args.Length; i += 2)
            given[args[i]] = i + 1 < args.Length ? args[i + 1] : throw new BenchException($"{args[i]} needs a value. {Usage}");

        var options = new BenchOptions(
            Take("--bench") ?? throw new BenchException(Usage),
            Take("--remote") ?? throw new BenchException(Usage),
            Take("--cluster"),
            Take("--only"),
            TimeSpan.FromSeconds(Number("--seconds", 8)),
            Number("--rounds", 3));
        if (given.Count > 0) throw new BenchException($"{given.Keys.First()} is not known. {Usage}");
        if (options.Only is not (null or "echo" or "list" or "create" or "accept" or "cluster" or "limits")) throw new BenchException($"--only takes echo, list, create, accept, cluster or limits, not {options.Only}.");
        return options;

        string? Take(string name) => given.Remove(name, out var value) ? value : null;

        int Number(string name, int otherwise) => Take(name) switch
        {
            null => otherwise,
            var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 => number,
            var text => throw new BenchException($"{name} takes a whole number from 1, not {text}."),
        };
    }

    public bool Wants(string name) => Only is null || Only == name;
}
