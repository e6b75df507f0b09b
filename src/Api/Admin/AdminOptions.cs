namespace ForgeOrleans.Api.Admin;

/// <summary>The section <c>Forge:Admin</c>: the operators' API below <c>/admin</c>.</summary>
public sealed class AdminOptions
{
    /// <summary>The fewest characters of a key.</summary>
    public const int ShortestKey = 24;

    /// <summary>What operators send as <c>X-Admin-Key</c>, at least <see cref="ShortestKey"/> characters. None, the default: there is no admin API.</summary>
    public string? Key { get; set; }

    /// <summary>
    /// Where the admin API listens, such as <c>http://127.0.0.1:5090</c>: it is there and nowhere else, and nothing else is there. None, the default: it
    /// is where everything else is.
    /// </summary>
    public string? Url { get; set; }

    /// <summary>Whether there is an admin API.</summary>
    internal bool IsOn => Key is { Length: > 0 };

    /// <summary>The port that the admin API has to itself, or null.</summary>
    internal int? Port => Url is { Length: > 0 } ? Microsoft.AspNetCore.Http.BindingAddress.Parse(Url).Port : null;

    /// <exception cref="ForgeConfigurationException">Something is wrong.</exception>
    internal void Validate()
    {
        if (IsOn && Key!.Length < ShortestKey)
            throw new ForgeConfigurationException(
                $"Forge:Admin:Key has {Key.Length} characters, and the admin API is open to whoever guesses it. Use at least {ShortestKey}, such as the output of `openssl rand -base64 32`.");
        if (IsOn && Key!.Any(c => c is <= ' ' or > '~'))
            throw new ForgeConfigurationException(
                "Forge:Admin:Key has a space, a line break or a character beyond ASCII, which the header X-Admin-Key cannot carry. If it was read from a file, is there a line break at its end?");
        if (Url is not { Length: > 0 })
            return;
        if (!IsOn)
            throw new ForgeConfigurationException("Forge:Admin:Url is set, but Forge:Admin:Key is not. Set the key, or remove the URL: without a key there is no admin API.");
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.AbsolutePath != "/" || url.Port == 0 || url.Query != "")
            throw new ForgeConfigurationException($"Forge:Admin:Url is '{Url}', which is no address to listen at. Write it as http://127.0.0.1:5090, with a port and without a path.");
    }
}
