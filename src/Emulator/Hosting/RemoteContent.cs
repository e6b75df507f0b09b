namespace ForgeOrleans.Emulator.Hosting;

/// <summary>What a remote answers, at the emulator's own origin.</summary>
internal static class RemoteContent
{
    /// <summary>
    /// Lets a browser show an answer and run nothing of it: at this origin a script could be any user of any site. To be called when the
    /// remote's own headers are set.
    /// </summary>
    public static void Confine(this IHeaderDictionary headers)
    {
        headers.Append("Content-Security-Policy", "sandbox");
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";

        // A browser shows no page that has both, and what is sandboxed shares no origin with whoever opened it.
        headers.Remove("Cross-Origin-Opener-Policy");
    }
}
