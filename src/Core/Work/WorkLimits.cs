using System.Text.Json;

namespace ForgeOrleans.Work;

/// <summary>What work and its names may be.</summary>
internal static class WorkLimits
{
    private const int LongestName = 100;

    /// <exception cref="ForgeException">Something is beyond its limit.</exception>
    public static void Check(WorkItem item)
    {
        CheckName(item.Key, "work");
        foreach (var key in (string?[])[item.OrderingKey, item.DeduplicationKey])
            if (key?.Length > WorkItem.LongestKey)
                throw new ForgeException(ForgeErrorCode.InvalidRequest, $"A key of work has at most {WorkItem.LongestKey} characters; this one has {key.Length}.");
        CheckPayload(item.Payload);
    }

    /// <exception cref="ForgeException">Something is beyond its limit.</exception>
    public static void Check(WorkSchedule schedule)
    {
        CheckName(schedule.Name, "a schedule");
        CheckName(schedule.Job, "a job");
        CheckPayload(schedule.Payload);
    }

    private static void CheckName(string name, string what)
    {
        if (name.Length is 0 or > LongestName || name.Any(c => char.IsControl(c) || char.IsSurrogate(c)))
            throw new ForgeException(ForgeErrorCode.InvalidRequest, $"The name of {what} has 1 to {LongestName} characters, none of them a control character; this one has {name.Length}.");
    }

    private static void CheckPayload(ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > WorkItem.LargestPayload)
            throw new ForgeException(ForgeErrorCode.PayloadTooLarge, $"The payload of work has at most {WorkItem.LargestPayload:N0} bytes of JSON; this one has {payload.Length:N0}.");
        var reader = new Utf8JsonReader(payload.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            while (!payload.IsEmpty && reader.Read())
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= WorkItem.DeepestPayload)
                    throw new ForgeException(ForgeErrorCode.InvalidRequest, $"The payload of work is nested at most {WorkItem.DeepestPayload} deep; this one is deeper.");
        }
        catch (JsonException e)
        {
            throw new ForgeException(ForgeErrorCode.InvalidRequest, "The payload of work is JSON, written as UTF-8; this one is not.", e);
        }
    }
}
