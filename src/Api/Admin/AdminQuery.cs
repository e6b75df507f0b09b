using System.Globalization;
using ForgeOrleans.Api.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ForgeOrleans.Api.Admin;

/// <summary>Reads what operators ask for, and says what cannot be meant.</summary>
internal static class AdminQuery
{
    private const int LongestText = 200;

    /// <summary>The installation's uuid in the address. What is none names no installation.</summary>
    public static string InstallationId(this HttpContext context) =>
        EcosystemId.Uuid(context.GetRouteValue("id") as string) ?? throw NoInstallation();

    public static ForgeException NoInstallation() => new(ForgeErrorCode.NotFound, "There is no such installation.");

    /// <summary>A name in the address.</summary>
    public static string Name(this HttpContext context, string name, string what) =>
        Named(context.GetRouteValue(name) as string, what);

    /// <summary>A name in the address, unescaped.</summary>
    public static string Named(string? name, string what) => name is { Length: > 0 and <= LongestText } text && !text.Any(char.IsControl)
        ? text
        : throw new ForgeException(ForgeErrorCode.NotFound, $"There is no such {what}.");

    public static string? Text(this HttpContext context, string name) => context.Request.Query[name] switch
    {
        [] => null,
        [{ Length: > 0 and <= LongestText } text] when !text.Any(char.IsControl) => text,
        _ => throw Bad(name, $"1 to {LongestText} characters, once"),
    };

    public static string? Uuid(this HttpContext context, string name) => context.Text(name) is not { } text
        ? null
        : EcosystemId.Uuid(text) ?? throw Bad(name, "a uuid");

    public static bool? Flag(this HttpContext context, string name) => context.Text(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => throw Bad(name, "true or false"),
    };

    public static int Limit(this HttpContext context, int usual, int most) => context.Number("limit", 1, most) ?? usual;

    public static int? Number(this HttpContext context, string name, int least, int most) => context.Text(name) is not { } text
        ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Bad(name, $"a number from {least} to {most}");

    public static T? Choice<T>(this HttpContext context, string name) where T : struct, Enum => context.Text(name) is not { } text
        ? null
        : Enum.GetValues<T>().Cast<T?>().FirstOrDefault(value => text.Equals(value.ToString(), StringComparison.OrdinalIgnoreCase))
            ?? throw Bad(name, string.Join(", ", Enum.GetNames<T>().Select(known => known.ToLowerInvariant())));

    public static ForgeException BadCursor() => new(ForgeErrorCode.InvalidRequest, "The cursor is not one that this listing answered as nextCursor.");

    private static ForgeException Bad(string name, string expected) => new(ForgeErrorCode.InvalidRequest, $"The parameter '{name}' is {expected}.");
}
