namespace ForgeOrleans.Manifest;

/// <summary>Reads <c>permissions.content</c> and <c>permissions.external</c>. Entries of a form it doesn't know, it leaves out.</summary>
internal static class FrontendReader
{
    public static FrontendPermissions Read(ManifestNode? permissions)
    {
        var content = permissions?.Find("content");
        var external = permissions?.Find("external");
        var fetch = external?.Find("fetch");
        return new FrontendPermissions
        {
            ContentScripts = Texts(content, "scripts"),
            ContentStyles = Texts(content, "styles"),
            Images = Addresses(external, "images"),
            Media = Addresses(external, "media"),
            Scripts = Addresses(external, "scripts"),
            Styles = Addresses(external, "styles"),
            Fonts = Addresses(external, "fonts"),
            Frames = Addresses(external, "frames"),
            FetchByClient = Addresses(fetch, "client"),
            FetchByBackend = Addresses(fetch, "backend"),
        };
    }

    private static List<string> Texts(ManifestNode? node, string list) =>
        [.. Items(node, list).Where(item => !item.IsMapping).Select(item => item.Text())];

    private static List<ExternalAddress> Addresses(ManifestNode? node, string list) =>
    [
        .. Items(node, list)
            .Select(item => item.IsMapping
                ? new ExternalAddress(item.FindText("address"), item.FindText("remote"))
                : new ExternalAddress(item.Text(), null))
            .Where(address => address is not { Address: null, RemoteKey: null }),
    ];

    private static IEnumerable<ManifestNode> Items(ManifestNode? node, string list) =>
        node?.Find(list) is { IsSequence: true } items ? items.Items().Where(item => !item.IsSequence) : [];
}
