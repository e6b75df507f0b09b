using System.Collections.Concurrent;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Products;

/// <summary>The content of every site, kept while the emulator runs.</summary>
internal sealed class SiteContents
{
    private readonly ConcurrentDictionary<string, SiteContent> _contents = new();

    public SiteContent Of(Site site) => _contents.GetOrAdd(site.Id, static (_, site) => SiteContent.Create(site), site);
}
