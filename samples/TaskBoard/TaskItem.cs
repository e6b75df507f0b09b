using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Validation;

namespace TaskBoard;

/// <summary>A task of a team.</summary>
public sealed record TaskItem(
    string Id,
    string Department,
    string Team,
    string Description,
    bool Done,
    string? CreatedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    long Version = 0);

/// <summary>What it takes to make a task.</summary>
[ValidatableType]
public sealed record NewTask(
    [Required, StringLength(100)] string Department,
    [Required, StringLength(100)] string Team,
    [Required, StringLength(10_000)] string Description);

/// <summary>What to change of a task: absent fields stay. With a version, only if the task still has it.</summary>
[ValidatableType]
public sealed record TaskChange(
    [StringLength(100, MinimumLength = 1)] string? Department,
    [StringLength(100, MinimumLength = 1)] string? Team,
    [StringLength(10_000, MinimumLength = 1)] string? Description,
    bool? Done,
    long? Version);

public sealed record TaskAnswer(TaskItem Task);

public sealed record TaskList(IReadOnlyList<TaskItem> Tasks, string? NextCursor);
