"""What vulture takes for dead although it is used: by name, by a library, or by a place that is kept for it.

Read by vulture only, never run. A name leaves this list when it leaves the code.
"""

# Called by the standard library and by aiosmtpd.
_.do_GET
_.do_POST
_.log_message
_.server_name
_.server_port
_.handle_DATA
# Called or read by httpx, pydantic-settings, SQLAlchemy, FastAPI, uvicorn, rich, Prometheus and the Temporal SDK.
_.collect
_.trace
_.get_field_value
_.settings_customise_sources
_.dotenv_settings
_.file_secret_settings
_.type_annotation_map
_.openapi
_.capture_signals
_.spool_max_size
_.caption
_.caption_justify
_.to_typed_value
_.with_context
_.workflow_interceptor_class
_.intercept_activity
# Keys of the options that activities are called with.
_.schedule_to_close_timeout
_.start_to_close_timeout
_.retry_policy
# Read by templates of letters.
_.lists
_.button
_.ask
# Read by templates of pages.
_.are_of_the_last_plan
_.cancelled_because
_.withdrawn_because
_.withdrawer
_.money_only
_.importer
_.means
_.destructive
_.is_lines
_.may_speak
_.next_on
_.not_yours
_.saved
_.shows_grant
_.to_come
_.to_see_to
_.urgent
# Told to uvicorn.
_.should_exit
# Members of enumerations that are met by their value.
_.SPRING
_.VOICE
_.FUNDING
_.STAYS
# Fields of forms and answers, which are read and written whole.
_.how_often
_.evidence
_.impact
_.spent_pence
_.virtual_school_impact
_.outcomes
_.strategies_in_place
_.told_staff
_.next_meeting
_.live
_.data_dir
_.latest_safe_date
_.refused_days
_.signed_off_by
_.starts
_.sign_offs
_.check_ins
_.concerns
_.pupil_premium
_.virtual_school
_.grant_lines
_.impact_per_pound
_.signed_off_at
# What a template draws of a chart.
_.y
_.full
_.bar_height
_.done_y
_.done_height
_.come_y
_.come_height
_.height
# Columns that are written for those who look into the record.
_.listed_at
_.created_at
_.intended_at
_.imported_at
_.answered_at
_.applied_by
_.decided_by_act
_.ended_because
_.enrolled_at
# The framework runs it after the answer.
_.background
# To end a token that has leaked; tested, not yet on a page.
_.revoke
# Called by migrations, which are not looked at.
_.lock_the_record
