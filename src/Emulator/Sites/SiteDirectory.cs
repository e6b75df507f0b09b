using System.Runtime.InteropServices;
using ForgeOrleans.Emulator.Live;

namespace ForgeOrleans.Emulator.Sites;

/// <summary>The sites, who works there, and whether they have the app installed.</summary>
internal sealed class SiteDirectory
{
    /// <summary>How many sites there are at least, with names that are remembered.</summary>
    public const int Named = 2;

    private readonly Lock _turn = new();
    private readonly string _appId;
    private readonly Changes _changes;
    private readonly Dictionary<string, long> _versions = [];
    private readonly Dictionary<string, int> _installations = [];
    private volatile IReadOnlyList<Site> _sites;

    public SiteDirectory(string appId, int count, Changes changes)
    {
        (_appId, _changes) = (appId, changes);
        _sites =
        [
            Create("acme", "Acme", "Ada Lovelace", "Ben Okafor", "Kim Larsen"),
            // Kim advises both companies: one account on two sites, whose data must not meet.
            Create("globex", "Globex", "Chiara Rossi", "Daniel Weber", "Kim Larsen"),
            .. Enumerable.Range(Named + 1, count - Named).Select(number =>
                Create($"site-{number}", $"Company {number}", $"Eva Meyer {number}", $"Jan Novak {number}", "Kim Larsen")),
        ];
    }

    public IReadOnlyList<Site> Sites => _sites;

    /// <summary>The sites that have changed, with the number of the last change of each.</summary>
    public IReadOnlyList<(Site Site, long Version)> Versions
    {
        get
        {
            lock (_turn)
            {
                return [.. _versions.Select(version => (_sites.First(site => site.Id == version.Key), version.Value))];
            }
        }
    }

    /// <summary>Changes a site, and answers what it has become.</summary>
    public Site Change(Site site, Func<Site, Site> change)
    {
        lock (_turn)
        {
            var changed = change(_sites.Single(known => known.Id == site.Id));
            _sites = [.. _sites.Select(known => known.Id == site.Id ? changed : known)];
            _changes.Mark(ref CollectionsMarshal.GetValueRefOrAddDefault(_versions, site.Id, out _));
            return changed;
        }
    }

    /// <summary>Gives a site a new installation of the app.</summary>
    public Site InstallAgain(Site site, IReadOnlyList<string>? products) => Change(site, known =>
    {
        var number = _installations[site.Id] = _installations.GetValueOrDefault(site.Id, 1) + 1;
        return known with
        {
            InstallationId = StableId.Of("installation", _appId, site.Id, $"{number}"),
            IsInstalled = true,
            Products = products ?? known.Products,
        };
    });

    private Site Create(string id, string name, params IEnumerable<string> people) => new(
        id,
        name,
        StableId.Of("cloud", id),
        StableId.Of("installation", _appId, id),
        [.. people.Select(person => new User(StableId.AccountOf("account", person), person))]);
}
