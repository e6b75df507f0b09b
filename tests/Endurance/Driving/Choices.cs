using System.Globalization;

namespace ForgeOrleans.Endurance.Driving;

/// <summary>What the driver was asked to do.</summary>
/// <param name="Kills">How often a process is killed.</param>
/// <param name="Sites">How many sites have work.</param>
/// <param name="Keys">How many ordering keys each site has.</param>
/// <param name="Rate">How many events are delivered a second.</param>
/// <param name="Cluster">The program of a silo; null for a single node.</param>
/// <param name="Silos">How many silos.</param>
internal sealed record Choices(int Kills = 20, int Sites = 20, int Keys = 3, int Rate = 150, string? Cluster = null, int Silos = 2)
{
    public const string Usage = """
        endurance [--kills 20] [--sites 20] [--keys 3] [--rate 150] [--cluster path/to/endurance-silo.dll [--silos 2]]

        Delivers events to a remote, kills its process at random moments, starts it again, and in the end counts: every event that was
        acknowledged must have been run to its end, and no two runs of one ordering key may have overlapped. It exits with 1 otherwise.
        """;

    public static Choices? Parse(string[] args)
    {
        var choices = new Choices();
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            int? number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 ? n : null;
            Choices? next = (args[i], number, value) switch
            {
                ("--kills", { } kills, _) => choices with { Kills = kills },
                ("--sites", { } sites, _) => choices with { Sites = sites },
                ("--keys", { } keys, _) => choices with { Keys = keys },
                ("--rate", { } rate, _) => choices with { Rate = rate },
                ("--silos", { } silos, _) => choices with { Silos = silos },
                ("--cluster", _, { } program) when File.Exists(program) => choices with { Cluster = Path.GetFullPath(program) },
                _ => null,
            };
            if (next is null)
                return null;
            choices = next;
        }
        return choices;
    }
}
