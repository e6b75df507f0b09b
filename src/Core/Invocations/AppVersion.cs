using System.Globalization;

namespace ForgeOrleans.Invocations;

/// <summary>Orders the versions of an app, <c>major.minor.patch</c> or a single number, as in the claim <c>app.appVersion</c>.</summary>
public static class AppVersion
{
    /// <summary>
    /// Compares two versions by their numbers. A version that is absent or not made of numbers compares as equal to any other: nothing can
    /// be concluded from it.
    /// </summary>
    /// <param name="left">A version.</param>
    /// <param name="right">Another.</param>
    /// <returns>Negative when <paramref name="left"/> is older, positive when it is newer, zero when that cannot be told.</returns>
    public static int Compare(string? left, string? right)
    {
        if (left is null || right is null || left == right)
            return 0;
        var (lefts, rights) = (Parts(left), Parts(right));
        if (lefts is null || rights is null)
            return 0;
        for (var i = 0; i < Math.Max(lefts.Length, rights.Length); i++)
        {
            var order = lefts.ElementAtOrDefault(i).CompareTo(rights.ElementAtOrDefault(i));
            if (order != 0)
                return order;
        }
        return 0;
    }

    private static long[]? Parts(string version)
    {
        var texts = version.Split('.', 5);
        var parts = new long[texts.Length];
        for (var i = 0; i < texts.Length; i++)
            if (!long.TryParse(texts[i], NumberStyles.None, CultureInfo.InvariantCulture, out parts[i]))
                return null;
        return parts;
    }
}
